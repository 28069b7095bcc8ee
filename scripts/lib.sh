# Shared by the scripts beside it; to be sourced. Works with bash 3.2 (macOS) and later.

# The oldest Rust that builds the workspace (rust-version in Cargo.toml).
readonly MINIMUM_RUST_MINOR=90

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "$(basename "$0"): $*"
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root, where that takes no password.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has sudo && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

# need_packages COMMAND:PACKAGE...: installs the Debian packages of the commands that are missing.
need_packages() {
    local pair missing=''
    for pair in "$@"; do
        has "${pair%%:*}" || missing="$missing ${pair#*:}"
    done
    [ -n "$missing" ] || return 0
    if [ "$(uname)" = Darwin ]; then
        fail "install Apple's command line tools first: xcode-select --install (missing:$missing)"
    fi
    has apt-get || fail "install these first:$missing"
    say "installing:$missing"
    # One name a word.
    # shellcheck disable=SC2086
    { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing; } >&2 ||
        fail "install these first: sudo apt-get install$missing"
}

rust_is_new_enough() {
    has cargo && has rustc || return 1
    local minor
    minor=$(rustc --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
    [ -n "$minor" ] && [ "$minor" -ge "$MINIMUM_RUST_MINOR" ]
}

# A C compiler and OpenSSL for SQLCipher, and a Rust toolchain.
need_toolchain() {
    if [ "$(uname)" = Darwin ]; then
        need_packages cc:cc make:make perl:perl # OpenSSL is built along
    elif ! echo '#include <openssl/evp.h>' | cc -E - >/dev/null 2>&1; then
        need_packages cc:build-essential no-such-command:libssl-dev
    fi
    if [ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ]; then
        PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
        export PATH
    fi
    rust_is_new_enough && return 0
    need_packages curl:curl
    if [ ! -e /etc/ssl/certs/ca-certificates.crt ] && has apt-get; then
        need_packages update-ca-certificates:ca-certificates
    fi
    if has rustup; then
        say "updating Rust"
        rustup toolchain install stable --profile minimal --component clippy --component rustfmt >&2 &&
            rustup default stable >&2 || true
    else
        say "installing Rust with rustup"
        curl --proto '=https' --tlsv1.2 -sSf --max-time 60 https://sh.rustup.rs |
            sh -s -- -y --quiet --profile minimal --component clippy --component rustfmt --no-modify-path >&2 || true
    fi
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    export PATH
    hash -r
    rust_is_new_enough || fail "install Rust 1.$MINIMUM_RUST_MINOR or later first: https://rustup.rs"
}

# What the apps' and other clients' tests need: the backend, the core's library and what makes bindings of it. Always all
# of them, because cargo compiles the core and half of what it stands on anew for each selection. TRAK_PROGRAMS names a
# folder where they are already.
build_programs() {
    [ -z "${TRAK_PROGRAMS:-}" ] || return 0
    need_toolchain
    cargo build --quiet --locked --manifest-path "$ROOT/Cargo.toml" -p trak-backend -p trak-ffi --features trak-ffi/bindgen
}

# Where they then are.
programs_folder() { printf '%s\n' "${TRAK_PROGRAMS:-$(target_folder)/debug}"; }

# Where scripts/test leaves those that it built its tests with.
tested_programs() { printf '%s\n' "$(target_folder)/programs"; }

# Where cargo puts the programs.
target_folder() { printf '%s\n' "${CARGO_TARGET_DIR:-$ROOT/target}"; }
