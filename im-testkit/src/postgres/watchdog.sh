# Keeps one PostgreSQL server for a test process, and never outlives that process.
#
# usage: sh watchdog.sh FOLDER PROGRAMS
#
# PROGRAMS is the folder of initdb and postgres. Orders are taken as orders.sh says, which follows.

trap '' INT HUP
folder=$1
programs=$2
pid=
gently=INT
at_last=QUIT

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
    port=$1
    set --
    if [ -d "$folder/tls" ]; then
        set -- -c ssl=on -c ssl_cert_file="$folder/tls/server.pem" -c ssl_key_file="$folder/tls/server.key"
        # It reads no key that others can read.
        chmod 600 tls/server.key
        if [ "$(id -u)" = 0 ]; then
            chown -R "$account" tls
        fi
    fi
    run "$programs/postgres" -D "$folder/data" -p "$port" -h 127.0.0.1 -k "$folder" \
        -c max_connections=100 -c shared_buffers=32MB -c fsync=off -c logging_collector=off "$@" \
        </dev/null >>"$folder/server.log" 2>&1 &
    pid=$!
}

# The server's own number: between it and this shell may stand the one that started it.
signal() {
    server=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
    kill "-$1" "${server:-$pid}"
}
