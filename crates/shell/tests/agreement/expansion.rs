//! Words: quotes, parameters, splitting, patterns, arithmetic.

use super::Case;

pub(crate) const CASES: &[Case] = &[
    Case {
        script: r#"set -- a "b c" ""; printf '<%s>' "$@" $@ "$*" $*"#,
        unlike: &[],
    },
    Case {
        script: r#"set --; printf '<%s>' "x$@" "$@" "$*" a"$@"b"#,
        unlike: &[],
    },
    Case {
        script: r#"set --; x=; set -- "$x$@"; echo $#"#,
        unlike: &["bash", "yash"],
    },
    Case {
        script: r#"set --; set -- "$@""$@"; echo $#"#,
        unlike: &[],
    },
    Case {
        script: r#"set --; set -- ""$@; echo $#; set -- $@""; echo $#"#,
        unlike: &[],
    },
    Case {
        script: r#"set --; set -- "$@"''; echo $#"#,
        unlike: &[],
    },
    Case {
        script: r#"IFS=:; x='a::b:'; set -- $x; echo $#; printf '<%s>' "$@""#,
        unlike: &[],
    },
    Case {
        script: r#"IFS=' :'; x=' a : b : '; set -- $x; printf '<%s>' "$@""#,
        unlike: &[],
    },
    Case {
        script: r#"IFS=; set -- a b; echo "$*"; printf '<%s>' $*"#,
        unlike: &[],
    },
    Case {
        script: r#"unset IFS; set -- a b; echo "$*""#,
        unlike: &[],
    },
    Case {
        script: r#"IFS=:; set -- a b; x=$*; echo "$x"; x=$@; echo "$x"; x="$@"; echo "$x"; x="$*"; echo "$x""#,
        unlike: &["dash", "yash", "busybox"],
    },
    Case {
        script: r#"IFS=:; set -- a "" b; printf '<%s>' $* ; printf '<%s>' $@"#,
        unlike: &["bash", "mksh"],
    },
    Case {
        script: r#"x='a b'; printf '<%s>' ${u:-$x} "${u:-$x}" ${u:-"$x"} ${u-a b} "${u-'a b'}" ${u-'a b'}"#,
        unlike: &[],
    },
    Case {
        script: r#"x=foo; echo ${x:+"a  b"} "${x:+a  b}" "${x:+"a  b"}""#,
        unlike: &[],
    },
    Case {
        script: r#"x=/a/b/c.tar.gz; echo ${x##*/} ${x%%.*} ${x#*/} ${x%.*} "${x%"*"}" ${x%'.gz'}"#,
        unlike: &[],
    },
    Case {
        script: r#"x='a*b'; echo ${x#"a*"} ${x#a*} ${x%\**} "${x%"*"b}""#,
        unlike: &[],
    },
    Case {
        script: r"x=été; echo ${#x} ${x#?}",
        unlike: &["dash", "busybox"],
    },
    Case {
        script: r#"echo *; echo .*; echo d*/f; echo */; echo [ab]*; echo a\*; echo "a*"b; echo [[]x]; echo '[x'*; echo nomatch*"#,
        unlike: &["dash", "yash", "busybox"],
    },
    Case {
        script: r#"x='*'; echo $x "$x"; x='a\*b'; echo $x; x='a\*'; echo $x"#,
        unlike: &[],
    },
    Case {
        script: r"set -f; echo *; x='[ab]*'; echo $x",
        unlike: &[],
    },
    Case {
        script: r#"echo ~ ~/x ~root/y a~ "~" \~ ~nosuch; x=~:~root; echo $x; x=a~; echo $x; x=a:~/b; echo $x"#,
        unlike: &[],
    },
    Case {
        script: r"export x=~/a:~/b; echo $x; echo x=~",
        unlike: &["yash", "mksh"],
    },
    Case {
        script: r"echo $((1+2*3)) $((010)) $((0xff)) $((-7/2)) $((-7%3)) $((1<<3|1)) $((1?2:3)) $((!1)) $((~5))",
        unlike: &["mksh"],
    },
    Case {
        script: r"x=5; echo $((x)) $(($x+1)) $((x+=2)) $x $((x=x*2)) $((y)) $((x>3&&y))",
        unlike: &[],
    },
    Case {
        script: r"x='1+2'; echo $(($x*3))",
        unlike: &[],
    },
    Case {
        script: r"x='1+2'; echo $((x*3)) ; echo no",
        unlike: &["bash", "mksh", "busybox"],
    },
    Case {
        script: r"echo $((1/0)); echo after",
        unlike: &[],
    },
    Case {
        script: r"echo $((08)); echo after",
        unlike: &["mksh"],
    },
    Case {
        script: r"x=abc; echo $((x)); echo after",
        unlike: &["bash", "mksh", "busybox"],
    },
    Case {
        script: r"x=3; echo $((x++)) $x $((++x)) $((x--)) $((--x))",
        unlike: &["dash", "yash"],
    },
    Case {
        script: r"echo $(( (1,2) ))",
        unlike: &["dash", "yash"],
    },
    Case {
        script: r"echo $((9223372036854775807+1)) $((-9223372036854775807-1)) $((1<<63))",
        unlike: &["mksh"],
    },
    Case {
        script: r"echo $((9223372036854775808))",
        unlike: &["dash", "yash", "mksh"],
    },
    Case {
        script: r"echo $(()) ; echo $(( ))",
        unlike: &["dash", "yash"],
    },
    Case {
        script: r#"echo "$(printf 'a\n\nb\n\n')x" `echo hi` $(echo "a  b") "$(echo "a  b")""#,
        unlike: &[],
    },
    Case {
        script: r#"echo "`echo \"x y\"`" `echo \$HOME` "`echo '$HOME'`""#,
        unlike: &[],
    },
    Case {
        script: r"echo ${x?} ; echo after",
        unlike: &[],
    },
    Case {
        script: r"echo ${x?msg here} ; echo after",
        unlike: &[],
    },
    Case {
        script: r"x=; echo ${x:?} ; echo after",
        unlike: &[],
    },
    Case {
        script: r"set -u; echo $x; echo after",
        unlike: &[],
    },
    Case {
        script: r#"set -u; echo "$@" $* ${x-d} ${x+e} $#; echo ${#x}"#,
        unlike: &[],
    },
    Case {
        script: r"set -u; echo $((x)); echo after",
        unlike: &["dash", "mksh", "busybox"],
    },
    Case {
        script: r#"echo ${x:=a b} "$x"; echo ${1:=x}; echo after"#,
        unlike: &[],
    },
    Case {
        script: r"readonly r=1; echo ${q:=2} ; echo $((r=2)); echo after",
        unlike: &[],
    },
    Case {
        script: r"readonly r=1; r=2; echo after",
        unlike: &[],
    },
    Case {
        script: r"readonly r=1; export r=2; echo after",
        unlike: &[],
    },
    Case {
        script: r"set -- 1 2 3 4 5 6 7 8 9 ten; echo $10 ${10} ${#} $# ${##} ${#10}",
        unlike: &[],
    },
    Case {
        script: r#"set -- a b; for i; do echo "$i"; done; for i in "$@"; do echo $i; done"#,
        unlike: &[],
    },
    Case {
        script: r#"cat <<E
$x a'$((1+1))' "q" \$x \\ `echo hi` ${u-"dq"} ${u-'sq'}
E"#,
        unlike: &["yash"],
    },
    Case {
        script: r"cat <<'E'
$x a'$((1+1))' \$x
E",
        unlike: &[],
    },
    Case {
        script: r#"set -- a b; cat <<E
$* "$@" $#
E"#,
        unlike: &[],
    },
    Case {
        script: r#"case 'a*b' in 'a*'b) echo 1;; esac; case abc in a*) echo 2;; esac; x='a*'; case abc in "$x") echo no;; $x) echo 3;; esac"#,
        unlike: &[],
    },
    Case {
        script: r"x='\*'; case '*' in $x) echo yes;; *) echo no;; esac; case 'a' in [!b]) echo neg;; esac; case ']' in []]) echo br;; esac",
        unlike: &["mksh"],
    },
    Case {
        script: r#"case '\a' in '\a') echo 1;; esac; case '\a' in "\a") echo 2;; esac; case a in \a) echo 3;; esac"#,
        unlike: &[],
    },
    Case {
        script: r#"case - in [a\-z]) echo dash;; esac; case b in [a\-z]) echo range;; *) echo norange;; esac;case b in [a"-"z]) echo range;; *) echo norange;; esac"#,
        unlike: &[],
    },
    Case {
        script: r#"x=; [ $x ]; echo $?; [ "$x" = "" ]; echo $?; [ -z "$x" -a -n "y" ]; echo $?"#,
        unlike: &[],
    },
    Case {
        script: r#"echo "${x-"a b"}" "${x-a "b" c}" ${x-"a b" 'c d'}"#,
        unlike: &[],
    },
    Case {
        script: r#"echo "${x-a\}b}" ${x-a\}b} "${x-\"}" "${x-\$y}""#,
        unlike: &[],
    },
    Case {
        script: r#"echo "a\bc" "a\\b" "\$x" "\`" 'a\b' a\bc"#,
        unlike: &["bash", "busybox"],
    },
    Case {
        script: r"echo $'a\tb\x41\101\n'",
        unlike: &["dash", "yash"],
    },
    Case {
        script: r"a=1 b=$a; echo $b; c=$(echo x; exit 3); echo $?; d=$u; echo $?",
        unlike: &[],
    },
    Case {
        script: r#"unset x; echo "${x+set}" "${x:+set}"; x=; echo "${x+set}" "${x:+set}""#,
        unlike: &[],
    },
    Case {
        script: r#"x="a
b"; echo $x; echo "$x""#,
        unlike: &[],
    },
    Case {
        script: r#"set -- "a b" c; printf '<%s>' "${@}" "${*}" ${1+"$@"} "${1+$@}" "${1+"$@"}""#,
        unlike: &[],
    },
    Case {
        script: r#"set -- aXb cXd; printf '<%s>' "${@#a}" "${*%d}""#,
        unlike: &["mksh"],
    },
    Case {
        script: r#"IFS=x; y=axbxc; echo $y "$y"; echo axb ${u-axb}"#,
        unlike: &[],
    },
    Case {
        script: r#"IFS=,; x=a,b; set -- $x$x; echo $#; printf '<%s>' "$@""#,
        unlike: &[],
    },
    Case {
        script: r#"IFS=', '; x='a , b'; y=' ,c'; set -- $x$y; printf '<%s>' "$@""#,
        unlike: &["mksh"],
    },
    Case {
        script: r#"x=' a '; y=b; printf '<%s>' $y$x$y "$y"$x$y $x"" ""$x"#,
        unlike: &[],
    },
    Case {
        script: r"IFS=0; printf '<%s>' $((101)) $(echo 102)",
        unlike: &[],
    },
    Case {
        script: r#"x='a b' ; set -x; y=$x; z="$y c" env true"#,
        unlike: &[],
    },
    Case {
        script: r#"echo ${x:-$(echo "a b")} "${x:-$(echo "a  b")}""#,
        unlike: &[],
    },
    Case {
        script: r#"echo "${x:-`echo "a  b"`}""#,
        unlike: &[],
    },
    Case {
        script: r"echo $((`echo 1`+$(echo 2)+${x:-3}))",
        unlike: &[],
    },
    Case {
        script: r#"echo $(( "1" + 2 ))"#,
        unlike: &["bash"],
    },
    Case {
        script: r#"echo ${#x} ${#HOME} "${#}" $((${#HOME}+1))"#,
        unlike: &[],
    },
    Case {
        script: r#"x=abc; echo ${x%%*} ${x##*} ${x%c} ${x#"$y"} "${x#a}""#,
        unlike: &[],
    },
    Case {
        script: r"x='a]b'; echo ${x%]*} ${x#*]} ",
        unlike: &[],
    },
    Case {
        script: r#"x='{}'; echo ${x%\}} ${x%'}'} "${x%\}}" "${x%'}'}""#,
        unlike: &[],
    },
    Case {
        script: r#"unset x; x=${x-~}; echo $x; echo ${y-~/a} "${y-~}""#,
        unlike: &["yash"],
    },
    Case {
        script: r"echo a{b,c}d {1..3}",
        unlike: &["bash", "mksh"],
    },
    Case {
        script: r"set -o nosuch; echo after",
        unlike: &["bash", "busybox"],
    },
    Case {
        script: r"x='a	b'; set -- $x; echo $#",
        unlike: &[],
    },
    Case {
        script: r#"printf '%s\n' "${IFS}" | od -c | head -2"#,
        unlike: &[],
    },
    Case {
        script: r#"echo "$-""#,
        unlike: &["dash", "bash", "mksh"],
    },
];
