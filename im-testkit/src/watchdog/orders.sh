
# Takes orders as lines on standard input, and answers each by one line. When the input ends, in whatever way the
# test process ended, the server is killed and the folder removed.
#
# What stands above says how to `install`, `start` and `signal` a server, which `folder` is its own, its `pid`, and the
# signals that stop it `gently` and, when the input has ended, `at_last`.

end() {
    if [ -n "$pid" ]; then
        signal "$1" 2>/dev/null
        wait "$pid" 2>/dev/null
        pid=
    fi
}

while read -r order first second; do
    case $order in
        install) install && echo done || echo failed ;;
        start) start "$first" "$second" && echo done ;;
        alive) [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && echo yes || echo no ;;
        stop) end "$gently"; echo done ;;
        kill) end KILL; echo done ;;
        *) echo "unknown order" ;;
    esac
done

end "$at_last"
rm -rf "$folder"
