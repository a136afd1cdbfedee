#!/bin/sh
# Installs odd-dashboard for the current user: the program, its shell completions and its manual pages.
#
#   curl -fsSL https://github.com/odd-dashboard/odd-dashboard/releases/latest/download/install.sh | sh
#   curl -fsSL https://github.com/odd-dashboard/odd-dashboard/releases/latest/download/install.sh | sh -s -- --help

set -eu

readonly REPOSITORY=odd-dashboard/odd-dashboard

usage() {
    cat <<'USAGE'
Installs odd-dashboard for the current user, without root: the program, its shell completions and its manual pages.
Running it again upgrades.

Usage: install.sh [OPTIONS]

  --version VERSION   Install this version, such as 0.1.0       ODD_INSTALL_VERSION     the latest release
  --dir DIR           Folder of the program                     ODD_INSTALL_DIR         ~/.local/bin
  --target TARGET     Install the build for this platform       ODD_INSTALL_TARGET      the platform of this machine
  --from LOCATION     Folder or URL with the files of one       ODD_INSTALL_FROM        GitHub
                      release, for machines without internet
  --mirror URL        Server with the paths of the releases     ODD_INSTALL_MIRROR      GitHub
                      on GitHub
  --provenance WHEN   Verify with GitHub CLI that our workflow  ODD_INSTALL_PROVENANCE  auto
                      built the archive: auto (if `gh` is
                      logged in), require, or off
  --program-only      Install no completions or manual pages
  --uninstall         Remove what this script installed
  --help              Print this help

The second column is the environment variable with the same meaning, the third one the default.
Completions and manual pages are installed in $XDG_DATA_HOME, by default ~/.local/share.
USAGE
}

say() {
    printf '%s\n' "$1"
}

# Prints a problem and what to do about it, and ends the script.
fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    for hint in "$@"; do
        printf 'hint: %s\n' "$hint" >&2
    done
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

read_options() {
    version=${ODD_INSTALL_VERSION:-}
    bin=${ODD_INSTALL_DIR:-}
    target=${ODD_INSTALL_TARGET:-}
    from=${ODD_INSTALL_FROM:-}
    mirror=${ODD_INSTALL_MIRROR:-https://github.com/$REPOSITORY/releases}
    provenance=${ODD_INSTALL_PROVENANCE:-auto}
    program_only=false
    action=install
    while [ $# -gt 0 ]; do
        case $1 in
            --version | --dir | --target | --from | --mirror | --provenance)
                [ $# -ge 2 ] || fail "$1 needs a value" "see install.sh --help"
                ;;
        esac
        case $1 in
            --version) version=$2 ;;
            --dir) bin=$2 ;;
            --target) target=$2 ;;
            --from) from=$2 ;;
            --mirror) mirror=$2 ;;
            --provenance) provenance=$2 ;;
            --program-only) program_only=true ;;
            --uninstall) action=uninstall ;;
            --help)
                usage
                exit 0
                ;;
            *) fail "unknown option '$1'" "see install.sh --help" ;;
        esac
        case $1 in
            --program-only | --uninstall) shift ;;
            *) shift 2 ;;
        esac
    done
    version=${version#v}
    case $version in
        *[!0-9A-Za-z.+-]*) fail "'$version' is not a version" "versions look like 0.1.0" ;;
    esac
    case $provenance in
        auto | require | off) ;;
        *) fail "'$provenance' is not a value of --provenance" "use auto, require or off" ;;
    esac
}

find_folders() {
    [ -n "${HOME:-}" ] || fail "HOME is not set, so there is no place to install to" "set HOME to your home directory"
    bin=${bin:-$HOME/.local/bin}
    case $bin in
        /*) ;;
        *) bin=$PWD/$bin ;;
    esac
    data=${XDG_DATA_HOME:-$HOME/.local/share}
    bash_completion=$data/bash-completion/completions/odd-dashboard
    zsh_completion=$data/zsh/site-functions/_odd-dashboard
    fish_completion=$data/fish/vendor_completions.d/odd-dashboard.fish
    man=$data/man/man1
}

find_target() {
    system=$(uname -s)
    machine=$(uname -m)
    case $system in
        MINGW* | MSYS* | CYGWIN*) fail "this script does not install on Windows" "use install.ps1 in PowerShell" ;;
    esac
    case $machine in
        x86_64 | amd64) architecture=x86_64 ;;
        aarch64 | arm64) architecture=aarch64 ;;
        *) architecture= ;;
    esac
    # A 64-bit kernel can run a 32-bit system.
    if [ "$system" = Linux ] && [ "$(getconf LONG_BIT 2>/dev/null || echo 64)" = 32 ]; then
        architecture=
    fi
    case $system:$architecture in
        Linux:?*)
            if is_musl; then target=$architecture-unknown-linux-musl; else target=$architecture-unknown-linux-gnu; fi
            ;;
        Darwin:x86_64)
            # A shell that Rosetta translates reports the wrong processor.
            if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then architecture=aarch64; fi
            target=$architecture-apple-darwin
            ;;
        Darwin:?*) target=$architecture-apple-darwin ;;
        *)
            fail "there is no build for $system on $machine" \
                "with Rust and a C compiler: cargo install --locked --git https://github.com/$REPOSITORY odd-dashboard"
            ;;
    esac
}

is_musl() {
    case $(ldd --version 2>&1) in
        *musl*) return 0 ;;
        *GLIBC* | *"GNU libc"* | *"Free Software Foundation"*) return 1 ;;
    esac
    # Without ldd. The build for musl contains its C library, so it also runs where neither is found.
    for loader in /lib/ld-linux* /lib64/ld-linux*; do
        if [ -e "$loader" ]; then return 1; fi
    done
}

find_source() {
    if [ -n "$from" ]; then
        source=${from%/}
    elif [ -n "$version" ]; then
        source=${mirror%/}/download/v$version
    else
        source=${mirror%/}/latest/download
    fi
    case $source in
        *://*) is_safe || fail "$source is not safe to install from" "use https:// without a user name, or a local folder" ;;
        *) [ -d "$source" ] || fail "there is no folder $source" "--from takes a URL, or a folder with a SHA256SUMS" ;;
    esac
}

# Plain HTTP is for this machine only. A name before `@` is that of a user, although it may look like that of the server.
is_safe() {
    server=${source#*://}
    server=${server%%/*}
    case $server in
        *@*) return 1 ;;
    esac
    case $source in
        https://[!/]* | file:///*) return 0 ;;
        http://127.0.0.1*) port=${server#127.0.0.1} ;;
        http://localhost*) port=${server#localhost} ;;
        http://\[::1\]*) port=${server#\[::1\]} ;;
        *) return 1 ;;
    esac
    case $port in
        : | :*[!0-9]*) return 1 ;;
        '' | :*) return 0 ;;
        *) return 1 ;;
    esac
}

# Stores the file $1 of the release as $2.
fetch() {
    case $source in
        http*://*)
            if has curl; then
                curl --fail --silent --show-error --location --proto '=http,https' --proto-redir '=https' \
                    --connect-timeout 20 --speed-limit 1 --speed-time 30 --retry 3 --output "$2" "$source/$1"
            elif has wget; then
                fetch_with_wget "$source/$1" "$2"
            else
                fail "neither curl nor wget is installed" "install one of them, or download the release and use --from FOLDER"
            fi
            ;;
        *) cp "${source#file://}/$1" "$2" ;;
    esac
}

# Stores the URL $1 as $2.
fetch_with_wget() {
    case $(wget --version 2>/dev/null):$1 in
        "GNU Wget"*) ;;
        # That of BusyBox verifies no certificates.
        *:https://*) fail "this wget cannot download safely" "install curl, or download the release and use --from FOLDER" ;;
        *)
            wget -q -T 30 -O "$2" "$1"
            return
            ;;
    esac
    if ! wget -q --server-response --tries=3 --timeout=30 --max-redirect=5 -O "$2" "$1" 2>"$work/headers"; then
        cat "$work/headers" >&2
        return 1
    fi
    # wget has no option that forbids this.
    case $1 in
        https://*)
            if grep -qi '^ *location: *http:' "$work/headers"; then
                say "$1 redirects to plain HTTP" >&2
                return 1
            fi
            ;;
    esac
}

find_archive() {
    fetch SHA256SUMS "$work/SHA256SUMS" || fail "cannot get $source/SHA256SUMS" \
        "check that this release exists, and that the proxy settings of this machine are right" \
        "without internet: copy the files of the release to this machine and use --from FOLDER"
    # The pattern leaves only names without spaces and slashes.
    archives=$(sed -n 's/^[0-9a-f]\{64\} [ *]\(odd-dashboard-[0-9][0-9A-Za-z.+_-]*\.tar\.gz\)$/\1/p' "$work/SHA256SUMS")
    archive=
    available=
    for name in $archives; do
        available="$available $name"
        offered=${name#odd-dashboard-}
        offered=${offered%-"$target".tar.gz}
        [ "$name" = "odd-dashboard-$offered-$target.tar.gz" ] || continue
        [ -z "$version" ] || [ "$offered" = "$version" ] || continue
        [ -z "$archive" ] || fail "$source has $archive and $name" "choose one with --version"
        archive=$name
    done
    [ -n "$archive" ] || fail "$source has no odd-dashboard ${version:+$version }for $target" \
        "choose one of these with --version and --target:$available"
    version=${archive#odd-dashboard-}
    version=${version%-"$target".tar.gz}
}

sha256() {
    if has sha256sum; then
        sha256sum <"$1"
    elif has shasum; then
        shasum -a 256 <"$1"
    elif has openssl; then
        openssl dgst -sha256 -r <"$1"
    else
        fail "the archive cannot be verified: none of sha256sum, shasum and openssl is installed" "install one of them"
    fi
}

download() {
    say "Downloading $archive from $source"
    fetch "$archive" "$work/$archive" || fail "cannot get $source/$archive" \
        "the release lists this file; try again, or choose another release with --version"
    expected=$(grep " [ *]$archive\$" "$work/SHA256SUMS" | cut -d ' ' -f 1)
    found=$(sha256 "$work/$archive")
    found=${found%% *}
    [ "$found" = "$expected" ] || fail "$archive is damaged or forged: its SHA-256 is $found, SHA256SUMS says $expected" \
        "nothing was installed; try again, and report it if it happens again"
    verify_provenance
}

verify_provenance() {
    case $provenance in
        off) return ;;
        require) has gh || fail "the provenance cannot be verified: gh is not installed" "install it from https://cli.github.com" ;;
        auto)
            case $source in
                https://github.com/*) ;;
                *) return ;;
            esac
            if ! { has gh && gh auth status >/dev/null 2>&1; }; then
                say "The checksum is right. To verify who built the archive too, log in with GitHub CLI: gh auth login"
                return
            fi
            ;;
    esac
    gh attestation verify "$work/$archive" --repo "$REPOSITORY" >&2 || fail "the workflow of $REPOSITORY did not build $archive" \
        "nothing was installed; do not use the archive" "if gh could not reach GitHub or is not logged in: gh auth login, then try again"
}

check_folder() {
    [ ! -d "$bin/odd-dashboard" ] || fail "$bin/odd-dashboard is a folder" "choose another folder with --dir"
    { mkdir -p "$bin" && [ -w "$bin" ]; } 2>/dev/null || fail "cannot write to $bin" "choose a folder of yours with --dir"
}

install() {
    tar -xzf "$work/$archive" -C "$work" || fail "cannot unpack $archive" "install tar and gzip, and free space in ${TMPDIR:-/tmp}"
    unpacked=$work/odd-dashboard-$version-$target
    # In the folder of the program, because programs in the temporary folder may not be allowed to run, and because
    # replacing is atomic within one file system.
    staged=$bin/.odd-dashboard.$$
    { cp "$unpacked/odd-dashboard" "$staged" && chmod 755 "$staged"; } || fail "cannot write to $bin" "free space there"
    runs=$("$staged" version --output name 2>&1) || runs="it fails: $runs"
    if [ "$runs" != "$version" ]; then
        case $target in
            *-linux-gnu) fail "the program does not run on this machine: $runs" "use the build with its own C library: --target ${target%-gnu}-musl" ;;
            *) fail "the program does not run on this machine: $runs" "choose another build with --target" ;;
        esac
    fi
    if [ "$program_only" = false ]; then install_documentation; fi
    mv -f "$staged" "$bin/odd-dashboard" || fail "cannot replace $bin/odd-dashboard" "check its permissions"
    say "Installed odd-dashboard $version as $bin/odd-dashboard"
    explain_path
}

install_documentation() {
    {
        mkdir -p "$(dirname "$bash_completion")" "$(dirname "$zsh_completion")" "$(dirname "$fish_completion")" "$man" &&
            cp "$unpacked/completions/odd-dashboard.bash" "$bash_completion" &&
            cp "$unpacked/completions/_odd-dashboard" "$zsh_completion" &&
            cp "$unpacked/completions/odd-dashboard.fish" "$fish_completion" &&
            # Pages of commands that no longer exist would stay.
            rm -f "$man/odd-dashboard.1" "$man"/odd-dashboard-*.1 &&
            cp "$unpacked"/man/*.1 "$man"
    } || fail "cannot write the completions and manual pages to $data" \
        "check its permissions and free space, or use --program-only"
}

explain_path() {
    case :$PATH: in
        *":$bin:"*) ;;
        *)
            say "$bin is not in your PATH. Add this line to ~/.profile, and open a new terminal:"
            say "  export PATH=\"$bin:\$PATH\""
            return
            ;;
    esac
    first=$(command -v odd-dashboard || true)
    if [ "$first" != "$bin/odd-dashboard" ]; then
        say "Your PATH finds $first first. Remove it, or put $bin before it."
    fi
}

uninstall() {
    removed=false
    for file in "$bin/odd-dashboard" "$bash_completion" "$zsh_completion" "$fish_completion" \
        "$man/odd-dashboard.1" "$man"/odd-dashboard-*.1; do
        [ -f "$file" ] || continue
        rm -f "$file" || fail "cannot remove $file" "check the permissions of its folder"
        removed=true
    done
    [ "$removed" = true ] || fail "odd-dashboard is not installed in $bin" "name its folder with --dir"
    say "Removed odd-dashboard, its completions and its manual pages. Jobs and settings are kept, if there are any:"
    say "  $data/odd-dashboard"
    say "  ${XDG_CONFIG_HOME:-$HOME/.config}/odd-dashboard"
}

# Called by the last line, so that an incomplete download of this script does nothing.
main() {
    read_options "$@"
    find_folders
    if [ "$action" = uninstall ]; then
        uninstall
        return
    fi
    [ -n "$target" ] || find_target
    find_source
    check_folder
    staged=
    work=$(mktemp -d) || fail "cannot create a temporary folder" "set TMPDIR to a folder that you can write to"
    trap 'rm -rf "$work"; if [ -n "$staged" ]; then rm -f "$staged"; fi' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    find_archive
    download
    install
}

main "$@"
