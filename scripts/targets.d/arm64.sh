# The core's whole test suite on arm64 Linux, the processor emulated; to be sourced by scripts/targets.
#
# The processor, the compiler and SQLite are the phones'; the C library is Debian's and so is OpenSSL (the vendored one
# runs under unidbg and in every other test). Emulated it takes ten times as long, so databases are damaged less often.

readonly ARM64_TARGET=aarch64-unknown-linux-gnu

run_arm64() {
    local libraries=/usr/lib/aarch64-linux-gnu
    in_root env CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc AR_aarch64_unknown_linux_gnu=llvm-ar \
        OPENSSL_NO_VENDOR=1 OPENSSL_LIBS=crypto OPENSSL_LIB_DIR=$libraries \
        OPENSSL_INCLUDE_DIR=/usr/include CFLAGS_aarch64_unknown_linux_gnu="-isystem /usr/include/aarch64-linux-gnu" \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=qemu-aarch64 TRAK_TEST_RUNNER=/usr/bin/qemu-aarch64 \
        TRAK_DAMAGES=60 \
        CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_PROFILE_DEV_DEBUG=false CARGO_TERM_COLOR=never \
        cargo test --quiet --locked -p trak-core --lib --tests --target $ARM64_TARGET
}
