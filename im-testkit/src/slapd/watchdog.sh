# Keeps one OpenLDAP server for a test process, and never outlives that process.
#
# usage: sh watchdog.sh FOLDER SERVER
#
# Orders are taken as orders.sh says, which follows.

trap '' INT HUP
folder=$1
server=$2
pid=
gently=TERM
at_last=KILL

start() {
    # -d: in the foreground.
    "$server" -d 0 -f "$folder/slapd.conf" \
        -h "ldap://127.0.0.1:$1/ ldaps://127.0.0.1:$2/" \
        </dev/null >>"$folder/server.log" 2>&1 &
    pid=$!
}

install() {
    :
}

signal() {
    kill "-$1" "$pid"
}
