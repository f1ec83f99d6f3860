# Keeps one PostgreSQL server for a test process, and never outlives that process.
#
# usage: sh watchdog.sh FOLDER PROGRAMS
#
# PROGRAMS is the folder of initdb and postgres. Orders come as lines on standard input, and each is
# answered by one line. When the input ends, in whatever way the test process ended, the server is
# killed and the folder removed.

trap '' INT HUP
folder=$1
programs=$2
pid=

# PostgreSQL refuses to run as root; anybody else will do.
if [ "$(id -u)" = 0 ]; then
    account=postgres
    id "$account" >/dev/null 2>&1 || account=nobody
    chown "$account" "$folder"
    run() { setpriv --reuid="$account" --regid="$(id -g "$account")" --clear-groups "$@"; }
else
    run() { "$@"; }
fi

install() {
    (cd "$folder" && run "$programs/initdb" --pgdata="$folder/data" --username=root --pwfile="$folder/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync </dev/null >"$folder/install.log" 2>&1)
}

start() {
    cd "$folder" || return
    run "$programs/postgres" -D "$folder/data" -p "$1" -h 127.0.0.1 -k "$folder" \
        -c max_connections=100 -c shared_buffers=32MB -c fsync=off -c logging_collector=off \
        </dev/null >>"$folder/server.log" 2>&1 &
    pid=$!
}

end() {
    if [ -n "$pid" ]; then
        # The server's own number: between it and this shell may stand the one that started it.
        server=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
        kill "-$1" "${server:-$pid}" 2>/dev/null
        wait "$pid" 2>/dev/null
        pid=
    fi
}

while read -r order argument; do
    case $order in
        install) install && echo done || echo failed ;;
        start) start "$argument" && echo done ;;
        alive) [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && echo yes || echo no ;;
        stop) end INT; echo done ;;
        kill) end KILL; echo done ;;
        *) echo "unknown order" ;;
    esac
done

end QUIT
rm -rf "$folder"
