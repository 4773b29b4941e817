
# texts PATH...: content of text files. One grep reads all that the kernel keeps small, since a process for each takes
# longer. None of those has a name that begins with another's and a colon.
texts() {
    for path do
        shift
        case $path in /sys/* | /proc/sys/*) test -f "$path" && test -r "$path" && set -- "$@" "$path" && continue ;; esac
        content text "$path"
    done
    before=$answers after=$((answers + $#))
    test $# = 0 || grep '' /dev/null "$@" | {
        # shellcheck disable=SC2030  # finish is called here
        answers=$before number=1 # in some shells the end of a pipe has its own variables, in others not
        while IFS= read -r line; do
            while test $# != 0 && case $line in "$1":*) false ;; esac do finish "$1"; shift; done
            test $# != 0 || break
            test $number != 1 || { name "$1" && begins "read text $name"; }
            number=$((number + 1)) && say "=${line#"$1":}"
        done
        for path do finish "$path"; done
    } >&3
    answers=$after
}

# finish PATH: the end of a file's lines from grep. A file without any may be empty, or not readable after all.
# shellcheck disable=SC2031  # it is called where the number is set
finish() { if test $number = 1; then content text "$1"; else echo $number && ends ''; fi; number=1; }

# under FOLDERS FUNCTION NAME...: a function, for these names below each folder, all at once.
under() {
    folders=$1 act=$2 && shift 2
    for each do shift && for folder in $folders; do set -- "$@" "$folder/$each"; done; done
    $act "$@"
}
