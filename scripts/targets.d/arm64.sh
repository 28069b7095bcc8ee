# The core's whole test suite on arm64 Linux, the processor emulated; to be sourced by scripts/targets.
#
# The processor, the compiler, SQLite and OpenSSL, with the algorithms the phones' libraries have and no others, are the
# phones'; the C library is Debian's. Emulated it takes ten times as long, so databases are damaged less often.

readonly ARM64_TARGET=aarch64-unknown-linux-gnu

run_arm64() {
    local crypto headers='-isystem /usr/include/aarch64-linux-gnu'
    crypto=$(openssl linux-arm64 linux-aarch64 "--target=aarch64-linux-gnu $headers $OPENSSL_SMALL -fPIC")
    # shellcheck disable=SC2046
    in_root env $(openssl_words "$crypto") \
        CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc AR_aarch64_unknown_linux_gnu=llvm-ar \
        CFLAGS_aarch64_unknown_linux_gnu="$headers" \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=qemu-aarch64 TRAK_TEST_RUNNER=/usr/bin/qemu-aarch64 \
        TRAK_DAMAGES=60 \
        CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_PROFILE_DEV_DEBUG=false CARGO_TERM_COLOR=never \
        cargo test --quiet --locked -p trak-core --lib --tests --target $ARM64_TARGET
}
