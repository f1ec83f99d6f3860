# Keeps one MariaDB server for a test process, and never outlives that process.
#
# usage: sh watchdog.sh FOLDER INSTALLER SERVER
#
# Orders come as lines on standard input, and each is answered by one line. When the input ends, in
# whatever way the test process ended, the server is killed and the folder removed.

trap '' INT HUP
folder=$1
installer=$2
server=$3
pid=

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
    "$server" --no-defaults --datadir="$folder/data" $user \
        --socket="$folder/socket" --pid-file="$folder/pid" --tmpdir="$folder" \
        --bind-address=127.0.0.1 --port="$1" --init-file="$folder/init.sql" \
        --skip-name-resolve --skip-log-bin --skip-slave-start \
        --innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=64M \
        --innodb-log-file-size=16M --innodb-autoextend-increment=8 \
        --performance-schema=off --userstat=on --max-connections=600 \
        --max-allowed-packet=64M --character-set-server=utf8mb4 \
        </dev/null >>"$folder/server.log" 2>&1 &
    pid=$!
}

end() {
    if [ -n "$pid" ]; then
        kill "-$1" "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
        pid=
    fi
}

while read -r order argument; do
    case $order in
        install) install && echo done || echo failed ;;
        start) start "$argument" && echo done ;;
        alive) [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && echo yes || echo no ;;
        stop) end TERM; echo done ;;
        kill) end KILL; echo done ;;
        *) echo "unknown order" ;;
    esac
done

end KILL
rm -rf "$folder"
