# The arm64 Android library itself, run on an emulated processor with Android's C library; to be sourced by
# scripts/targets. unidbg is a library for Java, of Maven Central.

readonly UNIDBG=$PARTS/unidbg

# Prints the folder of unidbg's jars.
unidbg_jars() {
    local stamp folder
    stamp=$(sha256sum <"$UNIDBG/pom.xml" | cut -c1-12)
    folder=$CACHE/unidbg-$stamp
    if [ ! -e "$folder" ]; then
        rm -rf "$folder.part"
        mvn --batch-mode --quiet --file "$UNIDBG/pom.xml" dependency:copy-dependencies \
            -DoutputDirectory="$folder.part" >&2 || return 1
        mv "$folder.part" "$folder"
    fi
    echo "$folder"
}

run_unidbg() {
    need_packages java:openjdk-17-jdk-headless javac:openjdk-17-jdk-headless mvn:maven
    local jars shipped=$JNI_LIBS/arm64-v8a/libtrak_ffi.so work=$BUILT/unidbg
    [ -e "$shipped" ] || fail 'the Android library is missing: scripts/targets android'
    jars=$(unidbg_jars)
    mkdir -p "$work/root" "$work/classes"
    # Of the very same objects, linked again with the functions that try it out.
    android_cargo aarch64 --features self-test
    cp "$CARGO_FOLDER/aarch64-linux-android/mobile/libtrak_ffi.so" "$work/libtrak_ffi.so"
    javac -cp "$jars/*" -d "$work/classes" "$UNIDBG/SelfTest.java"
    java -cp "$work/classes:$jars/*" SelfTest "$work/root" "$shipped" "$work/libtrak_ffi.so"
}
