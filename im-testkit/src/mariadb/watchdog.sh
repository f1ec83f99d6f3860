# Keeps one MariaDB server for a test process, and never outlives that process.
#
# usage: sh watchdog.sh FOLDER INSTALLER SERVER
#
# Orders are taken as orders.sh says, which follows.

trap '' INT HUP
folder=$1
installer=$2
server=$3
pid=
gently=TERM
at_last=KILL

if [ "$(id -u)" = 0 ]; then
    user=--user=root
else
    user=
fi

install() {
    # --force: a container's host name need not resolve.
    # TMPDIR: a server that starts removes the temporary tables of every other that shares it.
    TMPDIR="$folder" "$installer" --no-defaults --force --datadir="$folder/data" $user \
        --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve \
        --innodb-log-file-size=8M --innodb-buffer-pool-size=32M --innodb-autoextend-increment=8 \
        </dev/null >"$folder/install.log" 2>&1
}

start() {
    port=$1
    set --
    if [ -d "$folder/tls" ]; then
        set -- --ssl-cert="$folder/tls/server.pem" --ssl-key="$folder/tls/server.key"
    fi
    "$server" --no-defaults --datadir="$folder/data" $user \
        --socket="$folder/socket" --pid-file="$folder/pid" --tmpdir="$folder" \
        --bind-address=127.0.0.1 --port="$port" --init-file="$folder/init.sql" \
        --skip-name-resolve --skip-log-bin --skip-slave-start \
        --innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=64M \
        --innodb-log-file-size=16M --innodb-autoextend-increment=8 \
        --performance-schema=off --userstat=on --max-connections=600 \
        --max-allowed-packet=64M --character-set-server=utf8mb4 "$@" \
        </dev/null >>"$folder/server.log" 2>&1 &
    pid=$!
}

signal() {
    kill "-$1" "$pid"
}
