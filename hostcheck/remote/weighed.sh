
# weighed: the answers, and after those with content a line that "holds" how many bytes there were since the last such line,
# and how many were no ASCII characters, a tab counted twice: what a mail or a terminal changed is seen. It needs an awk that counts bytes.
weigh='NR > 1 { bytes += length + 1; odd += gsub(/[^ -~]/, "&") + gsub(/\t/, "&") } { print } /^ends / { print "holds", bytes, odd; bytes = odd = 0 }'
weighed() {
    case $(env printf 'begins\n\303\244\000\nends 1\n' | awk "$weigh" | sed -n '$p') in
        'holds 11 3') awk "$weigh" ;;
        'holds 11 2') tr -d '\000' | awk "$weigh" ;; # busybox: a line ends at a NUL
        *) cat ;;
    esac
}
