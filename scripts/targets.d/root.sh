# The tools that build for the phones, in a Debian root of their own; to be sourced by scripts/targets.
#
# Debian 12's Rust and clang are too old, and rustup's ready libraries of other targets are not to be had from package
# registries: Debian testing has a newer Rust with the sources of its standard library, clang, lld and qemu. Nothing of
# the system is touched.

readonly ROOT_SUITE=forky
# LLVM's libunwind and Apple's C headers come with the zig compiler's Python package.
readonly ZIG_PACKAGE=ziglang==0.17.0

readonly TOOLS=$CACHE/root
readonly COMPILED_MOST_MB=8000
# Within that root: the repository, what is built of it, and Linux's headers without those of its C library.
readonly IN_ROOT=/root/trak
readonly BUILT_IN_ROOT=/root/built
readonly KERNEL=/root/kernel
readonly ZIG=$CACHE/zig

make_root() {
    need_packages bwrap:bubblewrap mmdebstrap:mmdebstrap python3:python3 update-ca-certificates:ca-certificates
    make_tools
    make_zig
    in_root rustc --version
}

make_tools() {
    [ -e "$TOOLS" ] && return 0
    say "bringing Debian $ROOT_SUITE's Rust, clang and qemu to $TOOLS"
    local name part=$TOOLS.part left_out=()
    for name in share/{doc,info,lintian,locale,man}/'*' 'lib/aarch64-linux-gnu/libLLVM*' 'lib/llvm-*/bin/llvm-exegesis' \
        'lib/aarch64-linux-gnu/librustc_driver*'; do
        left_out+=(--dpkgopt="path-exclude=/usr/$name")
    done
    rm -rf "$part"
    mkdir -p "$CACHE"
    # Testing's lists carry a date after which they count as stale; a machine's mirror or clock may be behind.
    mmdebstrap --quiet --variant=essential --architectures=amd64,arm64 \
        --include=cargo,clang,gcc,libc6-dev,lld,llvm,make,perl,rust-src,rustc \
        --include=gcc-aarch64-linux-gnu,libc6-dev-arm64-cross,libssl-dev:arm64,libstd-rust-dev:arm64,qemu-user \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io "${left_out[@]}" "$ROOT_SUITE" "$part" >&2
    rm -rf "$part"/var/cache/apt "$part"/var/lib/apt/lists
    mv "$part" "$TOOLS"
}

# Only what is needed of the package, 15 of its 400 megabytes.
make_zig() {
    [ -e "$ZIG" ] && return 0
    python3 -c 'import venv, ensurepip' 2>/dev/null || need_packages no-such-command:python3-venv
    local part=$ZIG.part
    rm -rf "$part"
    python3 -m venv "$part/python"
    "$part/python/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$part" "$ZIG_PACKAGE" >&2
    python3 - "$part" <<'PYTHON'
import pathlib, sys, zipfile

part = pathlib.Path(sys.argv[1])
(wheel,) = part.glob("*.whl")
wanted = tuple(f"ziglang/lib/{name}" for name in ("libunwind/", "libc/include/any-darwin-any/", "libc/darwin/"))
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(part, [name for name in archive.namelist() if name.startswith(wanted)])
(part / "ziglang/lib").rename(part / "lib")
wheel.unlink()
PYTHON
    rm -rf "$part/python" "$part/ziglang"
    mv "$part" "$ZIG"
}

# What is compiled for the phones, kept between runs: a first one compiles two hundred crates three times over. Another
# compiler begins anew, and so does what has grown by too many changes of the crates.
compiled() {
    local folder
    folder=$CACHE/compiled-$(in_root rustc --version | sha256sum | cut -c1-12)
    find "$CACHE" -maxdepth 1 -name 'compiled-*' ! -path "$folder" -exec rm -rf {} +
    if [ -e "$folder" ] && [ "$(du -sm "$folder" | cut -f1)" -gt "$COMPILED_MOST_MB" ]; then rm -rf "$folder"; fi
    mkdir -p "$folder"
    echo "$folder"
}

# in_root COMMAND...: runs it where the tools are; the repository, what is built and cargo's downloads are there too.
# The repository lies in the same place whatever its place outside, so that what was compiled for one serves another.
# The locks of cargo's downloads are one file for two commands at a time.
# LIBSQLITE3_FLAGS: SQLite without what the core never asks of it.
# RUSTC_BOOTSTRAP: the standard library is built from its sources, which Rust calls unstable.
in_root() {
    local cargo=${CARGO_HOME:-$HOME/.cargo}
    mkdir -p "$BUILT/tmp" "$cargo/registry" "$CARGO_FOLDER"
    touch "$BUILT/package-cache" "$BUILT/package-cache-mutate"
    bwrap --ro-bind "$TOOLS/usr" /usr --ro-bind "$TOOLS/etc" /etc --symlink usr/bin /bin --symlink usr/lib /lib \
        --symlink usr/lib64 /lib64 --dev /dev --proc /proc --tmpfs /run --bind "$BUILT/tmp" /tmp --tmpfs /root \
        --bind "$cargo/registry" /root/.cargo/registry --ro-bind-try "$cargo/config.toml" /root/.cargo/config.toml \
        --bind "$BUILT/package-cache" /root/.cargo/.package-cache \
        --bind "$BUILT/package-cache-mutate" /root/.cargo/.package-cache-mutate \
        --ro-bind /etc/resolv.conf /etc/resolv.conf --ro-bind /etc/ssl/certs /run/certs \
        --ro-bind-try "$ROOT/../shared" /root/shared --bind "$ROOT" "$IN_ROOT" --bind "$ROOT" "$ROOT" \
        --bind "$(target_folder)" "$(target_folder)" --ro-bind "$CACHE" "$CACHE" --bind "$CARGO_FOLDER" "$CARGO_FOLDER" \
        --bind "$BUILT" "$BUILT_IN_ROOT" \
        --symlink /usr/include/linux "$KERNEL/linux" --symlink /usr/include/asm-generic "$KERNEL/asm-generic" \
        --chdir "$IN_ROOT" --unsetenv RUSTUP_HOME --unsetenv RUSTUP_TOOLCHAIN --unsetenv RUSTFLAGS \
        --unsetenv RUSTC_WRAPPER --setenv CARGO_HOME /root/.cargo --setenv HOME /root \
        --setenv PATH /usr/bin:/bin --setenv LANG C.UTF-8 --setenv CARGO_INCREMENTAL 0 \
        --setenv CARGO_HTTP_CAINFO /run/certs/ca-certificates.crt --setenv RUSTC_BOOTSTRAP 1 \
        --setenv LIBSQLITE3_FLAGS "$(tr '\n' ' ' <"$PARTS/sqlite.flags")" \
        --setenv CARGO_TARGET_DIR "$CARGO_FOLDER" --setenv CARGO_TERM_PROGRESS_WHEN never \
        --die-with-parent --unshare-pid "$@"
}
