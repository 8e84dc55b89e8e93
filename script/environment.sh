# Sourced by script/demo and script/test: makes ready the virtual environment of this checkout, and says where data lie.
# POSIX sh; nothing is assumed but Python >= 3.11.

set -eu

case ${DATA_DIR:-/} in
/*) ;;
*) DATA_DIR=$(pwd)/$DATA_DIR ;;
esac
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd -- "$checkout"

say() { printf '%s\n' "$*" >&2; }

give_up() {
    say "$@"
    exit 1
}

# The interpreter that PYTHON names, or else the first that will do.
find_python() {
    found_old=''
    found_bare=''
    [ -z "${PYTHON:-}" ] || set -- "$PYTHON"
    for python in "$@"; do
        command -v -- "$python" >/dev/null 2>&1 || continue
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null </dev/null) || continue
        if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' </dev/null; then
            found_old="$found_old $python（$version）"
        elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 </dev/null; then
            found_bare="$found_bare $version"
        else
            return 0
        fi
    done
    if [ -n "$found_bare" ]; then
        set -- $found_bare
        give_up "找到了 Python $1，但缺少建立虚拟环境的模块（venv、ensurepip）。" \
            "在 Debian、Ubuntu 上请先运行：apt-get install python$1-venv"
    fi
    [ -z "$found_old" ] || say "找到的 Python 版本过低：$found_old。"
    give_up '需要 Python 3.11 或更高版本；也可用环境变量 PYTHON 指明，例如 PYTHON=/opt/python/bin/python3。'
}

# The embedded PostgreSQL refuses to run as root: started by root it runs as another user, who must be able to enter
# every folder above its programs and its data, and those folders are opened for it. A private folder stays closed.
is_private() {
    case "$checkout/" in
    "${1:-/nowhere}"/*) return 0 ;;
    esac
    folder=$checkout
    while [ "$folder" != / ]; do
        case $(ls -ld -- "$folder") in
        d???r?[xs]r?[xt]*) folder=$(dirname -- "$folder") ;;
        *) return 0 ;;
        esac
    done
    return 1
}

# Where the environment and, by default, the data lie: in the checkout, or for root in a private folder, elsewhere.
choose_places() {
    venv=$checkout/.venv
    : "${DATA_DIR:=$checkout/var/data}"
    if [ "$(id -u)" = 0 ] && is_private "$(eval 'printf %s ~root')"; then
        place=/var/lib/silver-registry/$(basename -- "$checkout")-$(printf %s "$checkout" | cksum | cut -d ' ' -f 1)
        mkdir -p -- "$place/venv" "$place/data" var
        venv=$place/venv
        [ -L .venv ] || [ ! -e .venv/made-for ] || rm -rf .venv
        [ -e .venv ] && [ ! -L .venv ] || ln -sfn -- "$venv" .venv
        if [ "$DATA_DIR" = "$checkout/var/data" ] && { [ -L var/data ] || [ ! -e var/data ]; }; then
            ln -sfn -- "$place/data" var/data
            DATA_DIR=$place/data
        fi
        say "以 root 运行，而本目录不对其他用户开放：程序环境与数据放在 $place（.venv 与 var/data 指向那里）。"
    fi
    export DATA_DIR
}

# Runs a program (no function: a signal must reach it) with a dot a second, and shows what it printed only if it fails.
# Interrupted, it takes the program along; the shell lets no background job hear Ctrl-C.
with_dots() {
    what=$1
    shift
    printf '%s' "$what" >&2
    "$@" >"$venv/setup.log" 2>&1 </dev/null &
    child=$!
    trap 'kill "$child" 2>/dev/null || :; wait "$child" || :; say; exit 130' INT TERM HUP
    while kill -0 "$child" 2>/dev/null; do
        sleep 1
        printf '·' >&2
    done
    code=0
    wait "$child" || code=$?
    trap - INT TERM HUP
    if [ "$code" != 0 ]; then
        say ' 失败'
        tail -n 40 -- "$venv/setup.log" >&2
        exit "$code"
    fi
    say ' 完成'
}

stamp_of() { printf '%s %s\n' "$1" "$(cat -- "$1" pyproject.toml | cksum)"; }

is_installed() { grep -Fqx -- "$(stamp_of "$1")" "$venv/installed" 2>/dev/null; }

# The environment belongs to one place and one interpreter: moved, or its Python gone, it is made anew.
is_sound() {
    [ "$(cat -- "$venv/made-for" 2>/dev/null)" = "$checkout" ] && "$venv/bin/python" -c 'import pip' 2>/dev/null </dev/null
}

make_environment() {
    find_python python3 python3.13 python3.12 python3.11
    mkdir -p -- "$venv"
    with_dots "建立虚拟环境（Python $version）" "$python" -m venv --clear -- "$venv"
    printf '%s\n' "$checkout" >"$venv/made-for"
}

quietly='--disable-pip-version-check --no-input'

# prepare LOCK [LOCK CONTAINED IN IT]: nothing is done when the lock is the one installed last.
prepare() {
    choose_places
    is_sound || make_environment
    is_installed "$1" && return 0
    rm -f -- "$venv/installed"
    # The lock is complete: left to resolve, an older pip takes a newer release for an extra and misses its hash.
    with_dots "安装依赖（$1，首次需下载，约一两分钟）" "$venv/bin/python" -m pip $quietly install --no-deps --require-hashes -r "$1"
    with_dots '安装本程序' "$venv/bin/python" -m pip $quietly install --no-index --no-deps --no-build-isolation -e .
    for lock in "$@"; do stamp_of "$lock"; done >"$venv/installed.new"
    mv -- "$venv/installed.new" "$venv/installed"
}
