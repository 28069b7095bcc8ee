# SQLCipher's cryptography for one target; to be sourced by scripts/targets.
#
# The very sources of the openssl-src crate that Cargo.lock names, without what SQLCipher never calls: a third of the
# time to compile, and less to ship. Kept beside the compilers, under a name that says what it was made of.

readonly OPENSSL_LEFT_OUT='acvp-tests afalgeng apps aria async bf blake2 camellia cast chacha cmac cmp cms comp ct
    deprecated des dgram dh docs dsa dso dtls ec2m engine filenames fips gost http idea ktls legacy lms loadereng md2 md4
    mdc2 ml-dsa ml-kem module multiblock nextprotoneg ocb ocsp poly1305 psk quic rc2 rc4 rc5 rfc3779 rmd160 scrypt seed
    shared siphash siv slh-dsa sm2 sm3 sm4 sock srp srtp ssl ssl-trace static-engine stdio tests tls ts ui-console
    uplink weak-ssl-ciphers whirlpool zlib'

# Level s: the ciphers and hashes a database is read with are written in assembler.
readonly OPENSSL_SMALL='-Os -ffunction-sections -fdata-sections'

# openssl NAME CONFIGURATION FLAGS: builds it where it is missing, prints its folder.
openssl() {
    local name=$1 configuration=$2 flags=$3 source left_out='' word stamp folder work
    source=$(openssl_source)
    for word in $OPENSSL_LEFT_OUT; do left_out="$left_out no-$word"; done
    stamp=$(printf '%s\n' "$(basename "$(dirname "$source")")" "$configuration" "$left_out" "$flags" \
        "$(cat "$PARTS"/*/include/*.h "$PARTS"/*/include/*/*.h | sha256sum)" | sha256sum | cut -c1-12)
    folder=$CACHE/openssl/$name-$stamp
    work=$BUILT/openssl-$name-$stamp
    if [ ! -e "$folder/lib/libcrypto.a" ]; then
        say "building OpenSSL for $name"
        rm -rf "$CACHE/openssl/$name"-*
        mkdir -p "$folder/lib" "$work"
        # One word an option.
        # shellcheck disable=SC2086
        in_root env CC=clang AR=llvm-ar RANLIB=llvm-ranlib ${OPENSSL_ENVIRONMENT:-} \
            bash -euc 'source=$1; cd "$2"; shift 2
                # A build that was broken off goes on where it was.
                [ -e Makefile ] || perl "$source/Configure" "$@" >configure.log 2>&1 || {
                    tail -20 configure.log; exit 1; }
                make -s -k -j"$(nproc)" build_generated libcrypto.a >make.log 2>&1 || {
                    grep -E -m 20 "error|Error" make.log; exit 1; }
            ' _ "${source/#${CARGO_HOME:-$HOME/.cargo}//root/.cargo}" "$work" \
            "$configuration" no-makedepend $left_out $flags >&2 || return 1
        cp -r "$source/include" "$folder/"
        cp -r "$work/include/." "$folder/include/"
        cp "$work/libcrypto.a" "$folder/lib/"
        rm -rf "$work"
    fi
    echo "$folder"
}

openssl_source() {
    local version
    version=$(sed -n '/^name = "openssl-src"/{n;s/^version = "\(.*\)"/\1/p}' "$ROOT/Cargo.lock")
    local found=("${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"openssl-src-$version"/openssl)
    if [ ! -e "${found[0]}" ]; then
        in_root cargo fetch --quiet --locked
        found=("${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"openssl-src-$version"/openssl)
    fi
    echo "${found[0]}"
}

# What tells openssl-sys to take it, as words for env.
openssl_words() { echo "OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_LIBS=crypto OPENSSL_INCLUDE_DIR=$1/include OPENSSL_LIB_DIR=$1/lib"; }
