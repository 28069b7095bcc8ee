# Builds the core for iPhones, their simulator and the Mac, and packs the three as ios/TrakCore.xcframework. Sourced by
# scripts/apple; needs a Mac with Xcode.
# shellcheck shell=bash
mac || fail 'an XCFramework can only be made on macOS, with Xcode'
has xcodebuild || fail 'install Xcode first'
need_toolchain

readonly PROFILE=mobile
ios_target() {
    rustup target add "$1" >&2
    (cd "$ROOT" && IPHONEOS_DEPLOYMENT_TARGET=17.0 cargo build --quiet --locked -p trak-ffi --lib --profile "$PROFILE" --target "$1")
}
for target in aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin x86_64-apple-darwin; do
    ios_target "$target"
done

slices=$SCRATCH/slices
rm -rf "$slices" "$IOS/TrakCore.xcframework"
mkdir -p "$slices/simulator" "$slices/mac"
built() { echo "$(target_folder)/$1/$PROFILE/libtrak_ffi.a"; }
lipo -create "$(built aarch64-apple-ios-sim)" "$(built x86_64-apple-ios)" -output "$slices/simulator/libtrak_ffi.a"
lipo -create "$(built aarch64-apple-darwin)" "$(built x86_64-apple-darwin)" -output "$slices/mac/libtrak_ffi.a"

make_bindings
xcodebuild -create-xcframework \
    -library "$(built aarch64-apple-ios)" -headers "$GENERATED/TrakCoreFFI" \
    -library "$slices/simulator/libtrak_ffi.a" -headers "$GENERATED/TrakCoreFFI" \
    -library "$slices/mac/libtrak_ffi.a" -headers "$GENERATED/TrakCoreFFI" \
    -output "$IOS/TrakCore.xcframework"
