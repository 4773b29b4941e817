
# texts PATH...: content of text files. One grep reads a hundred of those that the kernel keeps small, since a process for
# each takes longer. None of those has a name that begins with another's and a colon.
batch='' many=0
texts() {
    for path do
        case $path in
            *"$newline"*) ;;
            /sys/* | /proc/sys/*)
                if test -f "$path" && test -r "$path"; then
                    batch=$batch$newline$path many=$((many + 1))
                    test $many != 100 || together
                    continue
                fi ;;
        esac
        content text "$path"
    done
    test $many = 0 || together
}

# together: read the files of the batch.
together() {
    before=$IFS IFS=$newline && set -f
    # shellcheck disable=SC2086  # it is split into its lines
    set -- $batch
    IFS=$before batch='' many=0 && set +f
    before=$answers after=$((answers + $#))
    grep '' /dev/null "$@" | {
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
