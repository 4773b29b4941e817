texts() { for path do content text "$path"; done; }
# under FOLDERS FUNCTION NAME...: a function, for these names below each folder.
under() {
    folders=$1 act=$2 && shift 2 && for folder in $folders; do for each do $act "$folder/$each"; done; done
}
