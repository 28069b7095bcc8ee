# The core's library for iPhones; to be sourced by scripts/targets.
#
# Apple's SDK is not to be had from package registries: zig carries the headers and the list of names of the system
# library that Apple publishes for macOS, and the same names exist on iOS but for the few that ios_check.py knows of. A
# release is built with Xcode: docs/release.md.

readonly IOS_TARGET=aarch64-apple-ios
readonly IOS_MINIMUM=17.0
# OpenSSL wants Xcode's folders: .../SDKs/NAME.sdk.
readonly IOS_SDK=$BUILT/ios/SDKs/iPhoneOS.sdk
readonly IOS_MOST_BYTES=11000000

ios_sdk() {
    mkdir -p "$IOS_SDK/usr/lib"
    rm -rf "$IOS_SDK/usr/include"
    cp -r "$ZIG/lib/libc/include/any-darwin-any" "$IOS_SDK/usr/include"
    cp -r "$PARTS/ios/include/." "$IOS_SDK/usr/include/"
    python3 -B "$PARTS/ios_stub.py" "$ZIG/lib/libc/darwin/libSystem.tbd" "$IOS_SDK/usr/lib/libSystem.tbd"
}

ios_cargo() {
    local crypto words="--target=arm64-apple-ios$IOS_MINIMUM"
    crypto=$(OPENSSL_ENVIRONMENT="CROSS_TOP=$BUILT/ios CROSS_SDK=iPhoneOS.sdk" openssl ios ios64-cross "$words $OPENSSL_SMALL")
    # shellcheck disable=SC2046
    in_root env $(openssl_words "$crypto") CC_aarch64_apple_ios=clang AR_aarch64_apple_ios=llvm-ar \
        SDKROOT="${IOS_SDK/#$BUILT/$BUILT_IN_ROOT}" IPHONEOS_DEPLOYMENT_TARGET=$IOS_MINIMUM \
        cargo rustc --quiet --locked -p trak-ffi --lib --crate-type staticlib --profile mobile \
        -Z build-std=std,panic_unwind --target $IOS_TARGET
}

# What an app would take of the static library, as a dylib of its own: nothing may be missing.
ios_link() {
    local library=$CARGO_FOLDER/$IOS_TARGET/mobile/libtrak_ffi.a linked=$BUILT/ios/libtrak_ffi.dylib
    in_root ld64.lld -arch arm64 -platform_version ios $IOS_MINIMUM 26.0 -syslibroot "$IOS_SDK" -dylib \
        -install_name @rpath/libtrak_ffi.dylib -dead_strip -x -exported_symbol '_uniffi_*' -exported_symbol '_ffi_*' \
        -undefined dynamic_lookup -lSystem -force_load "$library" -o "$linked"
    in_root llvm-nm --undefined-only --format=darwin "$linked" >"$BUILT/ios/imports.txt"
    in_root llvm-nm --defined-only --extern-only --just-symbol-name "$linked" >"$BUILT/ios/exports.txt"
    in_root llvm-otool -l "$linked" >"$BUILT/ios/load-commands.txt"
}

build_ios() {
    ios_sdk
    ios_cargo
    ios_link
    check_ios
}

check_ios() { python3 -B "$PARTS/ios_check.py" "$BUILT/ios" "$IOS_MINIMUM" "$IOS_MOST_BYTES"; }
