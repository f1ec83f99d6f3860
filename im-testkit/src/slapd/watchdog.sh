# Keeps one OpenLDAP server for a test process, and never outlives that process.
#
# usage: sh watchdog.sh FOLDER SERVER
#
# Orders come as lines on standard input, and each is answered by one line. When the input ends, in
# whatever way the test process ended, the server is killed and the folder removed.

trap '' INT HUP
folder=$1
server=$2
pid=

start() {
    # -d: in the foreground.
    "$server" -d 0 -f "$folder/slapd.conf" \
        -h "ldap://127.0.0.1:$1/ ldaps://127.0.0.1:$2/" \
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

while read -r order first second; do
    case $order in
        start) start "$first" "$second" && echo done ;;
        alive) [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && echo yes || echo no ;;
        stop) end TERM; echo done ;;
        *) echo "unknown order" ;;
    esac
done

end KILL
rm -rf "$folder"
