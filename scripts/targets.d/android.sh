# The core's library for Android; to be sourced by scripts/targets.
#
# Google's NDK is not to be had from package registries, so what it holds is put together: the C library's headers are
# written by hand (android/include, compared with Rust's libc crate by abi_check.py), the system's libraries are stubs
# that export what android/api26 lists and nothing else, libunwind is LLVM's. A release is built with the real NDK:
# docs/release.md.

readonly ANDROID=$PARTS/android
readonly ANDROID_API=26
readonly SYSROOT=$BUILT/android
readonly JNI_LIBS=$BUILT/jniLibs
readonly ANDROID_ARCHITECTURES=${TRAK_TARGETS_ANDROID:-aarch64 x86_64}

abi() { case $1 in aarch64) echo arm64-v8a ;; *) echo x86_64 ;; esac; }

# The compiler's words for one architecture.
android_flags() {
    local kernel=arm64
    [ "$1" = x86_64 ] && kernel=x86
    echo "--target=$1-linux-android$ANDROID_API -nostdlibinc -isystem $IN_ROOT/${ANDROID#"$ROOT/"}/include" \
        "-isystem /usr/lib/linux/uapi/$kernel -isystem $KERNEL"
}

# android_sysroot ARCHITECTURE: the start object, the stubs and libunwind, in a second or two.
android_sysroot() {
    local architecture=$1 library lib=$SYSROOT/$1 flags
    local stub=$lib/stub.S
    flags=$(android_flags "$architecture")
    rm -rf "$lib"
    mkdir -p "$lib"
    # One word a flag.
    # shellcheck disable=SC2086
    in_root clang $flags -c "$ANDROID/crtbegin_so.S" -o "$lib/crtbegin_so.o"
    for library in at_exit emulated_tls; do
        # shellcheck disable=SC2086
        in_root clang $flags -O2 -fPIC -ffunction-sections -c "$ANDROID/$library.c" -o "$lib/$library.o"
    done
    for library in libc libm libdl liblog; do
        grep -v '^#' "$ANDROID/api26/$library.txt" | awk '
            $2 == "data" { print ".data\n.globl " $1 "\n.type " $1 ", %object\n.size " $1 ", 8\n" $1 ": .quad 0"; next }
            { print ".text\n.globl " $1 "\n.type " $1 ", %function\n" $1 ": ret" }' >"$stub"
        # shellcheck disable=SC2086
        in_root clang $flags -nostdlib -fuse-ld=lld -shared -Wl,-soname,$library.so "$stub" -o "$lib/$library.so"
    done
    # shellcheck disable=SC2086
    in_root bash -euc '
        cd "$1/lib/libunwind"; lib=$2; shift 2
        for source in libunwind.cpp UnwindLevel1.c UnwindLevel1-gcc-ext.c UnwindRegistersSave.S UnwindRegistersRestore.S; do
            language=""
            case $source in *.cpp) language="-std=c++17 -nostdinc++ -fno-exceptions -fno-rtti" ;; esac
            clang "$@" -c $language -O2 -fPIC -funwind-tables -fvisibility=hidden -DNDEBUG \
                -D_LIBUNWIND_IS_NATIVE_ONLY -D_LIBUNWIND_HIDE_SYMBOLS -Iinclude "src/$source" -o "$lib/$source.o"
        done
        llvm-ar rcs "$lib/libunwind.a" "$lib"/Unwind*.o "$lib"/libunwind.cpp.o' _ "$ZIG" "$lib" $flags
}

# android_cargo ARCHITECTURE WORDS...: cargo rustc for one architecture. The linker's words stand behind the two dashes,
# where they are the library's alone: as RUSTFLAGS, each change would build the standard library anew.
android_cargo() {
    local architecture=$1 configuration=linux-aarch64 crypto flags link=() upper word lib=$SYSROOT/$1 map
    [ "$architecture" = x86_64 ] && configuration=linux-x86_64
    shift
    # Of the library that is shipped and of the one that tries itself out, each its own; cargo links only what changed.
    map=$SYSROOT/$architecture${1:+-tested}.map
    upper=$(echo "$architecture" | tr '[:lower:]' '[:upper:]')
    flags=$(android_flags "$architecture")
    crypto=$(openssl "android-$architecture" "$configuration" "$flags $OPENSSL_SMALL -fPIC")
    for word in "--target=$architecture-linux-android$ANDROID_API" -nostdlib -fuse-ld=lld "-L$lib" \
        "$lib/crtbegin_so.o" "$lib/at_exit.o" "$lib/emulated_tls.o" \
        -Wl,--error-limit=0 -Wl,--build-id=sha1 -Wl,--hash-style=gnu "-Wl,-Map=$map"; do
        link+=("-Clink-arg=$word")
    done
    # shellcheck disable=SC2046
    in_root env $(openssl_words "$crypto") "CC_${architecture}_linux_android=clang" "AR_${architecture}_linux_android=llvm-ar" \
        "CFLAGS_${architecture}_linux_android=$flags" "CARGO_TARGET_${upper}_LINUX_ANDROID_LINKER=clang" \
        cargo rustc --quiet --locked -p trak-ffi --lib --crate-type cdylib --profile mobile \
        -Z build-std=std,panic_unwind --target "$architecture-linux-android" "$@" -- "${link[@]}"
}

# android_abi ARCHITECTURE: the headers against Rust's libc crate, as the library was built with it.
android_abi() {
    local architecture=$1 facts=$SYSROOT/$1/facts deps version libc
    deps=$CARGO_FOLDER/$1-linux-android/mobile/deps
    version=$(sed -n '/^name = "libc"/{n;s/^version = "\(.*\)"/\1/p}' "$ROOT/Cargo.lock")
    python3 -B "$ANDROID/abi_check.py" facts >"$facts.c"
    # shellcheck disable=SC2046
    in_root clang $(android_flags "$architecture") -S -emit-llvm -O0 -o "$facts.ll" "$facts.c"
    python3 -B "$ANDROID/abi_check.py" crate "$facts.ll" >"$facts.rs"
    # The standard library brings a libc crate of its own; the one that counts is the workspace's.
    libc=$(grep -lE "/root/.*/libc-$version/src/lib.rs:" "$deps"/libc-*.d | sed 's/.*libc-\(.*\)\.d$/\1/' | head -1)
    [ -n "$libc" ] || fail "no libc $version among what was built for $architecture"
    in_root rustc --edition 2021 --crate-type lib --crate-name facts --emit metadata -o "$facts.rmeta" \
        --target "$architecture-linux-android" -L "dependency=$deps" -L "crate=$deps" \
        --extern "libc=$deps/liblibc-$libc.rlib" "$facts.rs"
    echo "$architecture: $(grep -c assert! "$facts.rs") facts of the C headers agree with Rust's libc $version"
}

build_android() {
    local architecture=$1 library=$CARGO_FOLDER/$1-linux-android/mobile/libtrak_ffi.so
    local shipped
    shipped=$JNI_LIBS/$(abi "$1")/libtrak_ffi.so
    android_sysroot "$architecture"
    android_cargo "$architecture"
    mkdir -p "$(dirname "$shipped")"
    cmp -s "$library" "$shipped" || cp "$library" "$shipped"
    android_abi "$architecture"
    check_android "$architecture"
}

check_android() {
    python3 -B "$PARTS/android_check.py" library "$JNI_LIBS/$(abi "$1")/libtrak_ffi.so" --map "$SYSROOT/$1.map"
}
