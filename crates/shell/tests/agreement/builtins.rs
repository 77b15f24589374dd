//! Built-ins over the shell's own state.

use super::Case;

pub(crate) const CASES: &[Case] = &[
    Case {
        script: r"printf '%d %i %o %u %x %X\n' 10 -5 8 7 255 255",
        unlike: &[],
    },
    Case {
        script: r"printf '%5d|%-5d|%05d|%+d|% d|%.3d|%5.3d|%-5.3d|\n' 1 2 3 4 5 6 7 8",
        unlike: &[],
    },
    Case {
        script: r"printf '%#o %#x %#X %#x\n' 8 255 255 0",
        unlike: &[],
    },
    Case {
        script: r"printf '%s\n' a b c; printf '%s %s\n' a b c; printf '%s' ; printf 'x\n' a b",
        unlike: &[],
    },
    Case {
        script: r#"printf '%d\n' 0x1f 017 "'a" '"b' "'é" ' 5' +3"#,
        unlike: &["dash", "busybox"],
    },
    Case {
        script: r"printf '%d\n' abc; echo $?",
        unlike: &[],
    },
    Case {
        script: r"printf '%d\n' 12abc; echo $?",
        unlike: &["busybox"],
    },
    Case {
        script: r"printf '%d\n' ''; echo $?",
        unlike: &["yash", "busybox"],
    },
    Case {
        script: r"printf '%d\n' 99999999999999999999; echo $?",
        unlike: &["bash", "busybox"],
    },
    Case {
        script: r"printf '%u\n' -1; printf '%x\n' -1",
        unlike: &[],
    },
    Case {
        script: r"printf '%b|%b\n' 'a\tb' 'x\0101\n'; printf '%b' 'a\cb' c; printf 'z\n'",
        unlike: &[],
    },
    Case {
        script: r"printf 'a\tb\\\101\n\x\n'",
        unlike: &["mksh"],
    },
    Case {
        script: r"printf '%*d|%-*d|%.*f\n' 5 1 5 2 2 3.14159",
        unlike: &["yash"],
    },
    Case {
        script: r"printf '%*d|\n' -5 1",
        unlike: &["yash"],
    },
    Case {
        script: r"printf '%f %e %g %G %E\n' 1.5 1.5 1.5 0.00001 12345.678",
        unlike: &[],
    },
    Case {
        script: r"printf '%g %g %g %g %g %g\n' 100000 1000000 0.0001 0.00001 123456789 0",
        unlike: &[],
    },
    Case {
        script: r"printf '%#g %.0f %.0e %#.0f %10.2f|%-10.2f|%010.2f|%+f\n' 1 2.5 2.5 3 3.14159 3.14159 -3.14159 1",
        unlike: &[],
    },
    Case {
        script: r"printf '%a %a %.2a %A\n' 1 0.1 3.999 255.5",
        unlike: &["yash", "mksh", "busybox"],
    },
    Case {
        script: r#"printf '%f %f %f\n' inf nan -inf; printf '%f\n' 1e3 .5 0x10 "'a""#,
        unlike: &["yash"],
    },
    Case {
        script: r"printf '%.0f %.0f %.0f %.0f\n' 0.5 1.5 2.5 3.5; printf '%.3g %.10g\n' 1234.5 1234.5",
        unlike: &[],
    },
    Case {
        script: r"printf '%z\n' 1; echo $?",
        unlike: &["dash"],
    },
    Case {
        script: r"printf '%%|%5%|\n' 2>/dev/null; echo $?",
        unlike: &["dash", "yash"],
    },
    Case {
        script: r"printf; echo $?",
        unlike: &["mksh"],
    },
    Case {
        script: r"printf -- '-%s\n' x; printf '%s\n' -- -a",
        unlike: &[],
    },
    Case {
        script: r"printf '%s %d\n' a 1 b",
        unlike: &["busybox"],
    },
    Case {
        script: r"printf '%10b|%-10b|%.2b|\n' 'a\tb' 'a\tb' 'a\tb'",
        unlike: &["mksh", "busybox"],
    },
    Case {
        script: r"printf '\0101 \1012 \7\n' | od -c",
        unlike: &[],
    },
    Case {
        script: r"test; echo $?; [ ]; echo $?; [ a ]; echo $?; [ -f ]; echo $?; [ ! ]; echo $?; [ ! a ]; echo $?; [ ! '' ]; echo $?",
        unlike: &[],
    },
    Case {
        script: r"[ a = a ]; echo $?; [ a = b ]; echo $?; [ a != b ]; echo $?; [ ! a = b ]; echo $?; [ '(' a ')' ]; echo $?; [ '(' = '(' ]; echo $?; [ ! = ! ]; echo $?",
        unlike: &[],
    },
    Case {
        script: r"[ 1 -eq 01 ]; echo $?; [ 1 -lt 2 ]; echo $?; [ -1 -gt -2 ]; echo $?; [ ' 1 ' -eq 1 ]; echo $?; [ 08 -eq 8 ]; echo $?; [ +1 -eq 1 ]; echo $?",
        unlike: &["yash"],
    },
    Case {
        script: r"[ a -eq 1 ] 2>/dev/null; echo $?; [ 1 -eq ] 2>/dev/null; echo $?; [ a b ] 2>/dev/null; echo $?; [ a b c ] 2>/dev/null; echo $?; [ a = b 2>/dev/null; echo $?",
        unlike: &["mksh"],
    },
    Case {
        script: r"[ '' -eq 0 ] 2>/dev/null; echo $?; [ 99999999999999999999 -eq 1 ] 2>/dev/null; echo $?; [ 0x10 -eq 16 ] 2>/dev/null; echo $?",
        unlike: &["mksh"],
    },
    Case {
        script: r"[ a = a -a b = b ]; echo $?; [ a = b -o b = b ]; echo $?; [ ! a = b -a c = c ]; echo $?; [ '(' a = b ')' -o c ]; echo $?; [ '(' '' ')' ]; echo $?",
        unlike: &[],
    },
    Case {
        script: r"[ -n a -a -z '' ]; echo $?; [ -a -a -a ] ; echo $?; [ -o ]; echo $?; [ a -a ] 2>/dev/null; echo $?;  [ a -o '' ]; echo $?",
        unlike: &["dash"],
    },
    Case {
        script: r"[ -e a1 ]; echo $?; [ -f a1 ]; echo $?; [ -d dir ]; echo $?; [ -d ln ]; echo $?; [ -L ln ]; echo $?; [ -h a1 ]; echo $?; [ -s a1 ]; echo $?; [ -r a1 -a -w a1 ]; echo $?; [ -x a1 ]; echo $?; [ -x dir ]; echo $?; [ -p a1 -o -S a1 -o -b a1 -o -c /dev/null ]; echo $?",
        unlike: &[],
    },
    Case {
        script: r"touch -t 202001010000 old; [ a1 -nt old ]; echo $?; [ old -ot a1 ]; echo $?; [ a1 -nt nofile ]; echo $?; [ nofile -ot a1 ]; echo $?; [ nofile -nt a1 ]; echo $?; [ dir -ef ln ]; echo $?; [ a1 -ef c ]; echo $?; [ x -ef x ]; echo $?; rm old",
        unlike: &["dash", "busybox"],
    },
    Case {
        script: r"[ -t 0 ]; echo $?; [ -t 99 ]; echo $?; [ -t x ] 2>/dev/null; echo $?",
        unlike: &["bash", "yash"],
    },
    Case {
        script: r"[ a '<' b ]; echo $?; [ b '>' a ]; echo $?; [ a == a ]; echo $?",
        unlike: &["dash"],
    },
    Case {
        script: r"[ -f = -f ]; echo $?; [ ! -f ]; echo $?; [ ! -n a ]; echo $?; [ -n = '' ]; echo $?; [ '!' '!' a ]; echo $?; [ ! ! ! a ]; echo $?",
        unlike: &["dash"],
    },
    Case {
        script: r"export A=1 B; B=2; sh -c 'echo $A $B'; export -p | grep -E '(^| )[AB]='",
        unlike: &["dash", "bash", "busybox"],
    },
    Case {
        script: r"export 'a b=1' ; echo $?; echo after",
        unlike: &["bash", "yash"],
    },
    Case {
        script: r"export 1a=1 2>/dev/null; echo after",
        unlike: &["bash", "yash"],
    },
    Case {
        script: r"set -- a b c; shift; echo $*; shift 2; echo $#; shift 0; echo $?; ",
        unlike: &[],
    },
    Case {
        script: r"set -- a; shift 2; echo $? $#",
        unlike: &["dash", "mksh"],
    },
    Case {
        script: r"set -- a b; set -x; set +x; echo $#; set --; echo $#; set a -b; echo $*; set -- -e; echo $*",
        unlike: &["bash", "mksh", "busybox"],
    },
    Case {
        script: r"set -e -- x y; echo $1; set +e z; echo $*; ",
        unlike: &[],
    },
    Case {
        script: r"x=1; unset x; echo ${x-u}; f() { echo f; }; unset -f f; f 2>/dev/null; echo $?; unset nosuch; echo $?; unset -v x y z; echo $?",
        unlike: &[],
    },
    Case {
        script: r"readonly x=1; unset x; echo after",
        unlike: &["bash", "mksh"],
    },
    Case {
        script: r"f() { local a=1 b; a=2; b=3; g; echo $a; }; g() { echo $a $b; local a=9; }; a=0; f; echo $a $b",
        unlike: &[],
    },
    Case {
        script: r#"f() { local x; echo "${x-unset}"; x=2; }; x=1; f; echo $x"#,
        unlike: &["dash"],
    },
    Case {
        script: r"f() { local IFS=:; set -- $1; echo $#; }; f a:b:c; x=a:b; set -- $x; echo $#",
        unlike: &[],
    },
    Case {
        script: r#"while getopts :ab: o -x -a -b; do echo "$o ${OPTARG-none} $OPTIND"; done; echo "$o $OPTIND ${OPTARG-unset}""#,
        unlike: &["dash", "yash", "busybox"],
    },
    Case {
        script: r#"set -- -a -- -b; while getopts ab o; do echo "$o"; done; shift $((OPTIND-1)); echo $1"#,
        unlike: &[],
    },
    Case {
        script: r"set -- -ab; getopts ab o; echo $o; OPTIND=1; getopts ab o; echo $o; getopts ab o; echo $o; getopts ab o; echo $? $o",
        unlike: &[],
    },
    Case {
        script: r"getopts a o -x; echo $o $? ; getopts a: o -a ; echo $o",
        unlike: &[],
    },
    Case {
        script: r#"printf 'a b c\n' | { read x y; echo "$x|$y"; }; printf ' a  b \n' | { read x; echo "$x|"; }; printf 'a\\ b\\\nc d\n' | { read x y; echo "$x|$y"; }; printf 'a\\ b c\n' | { read -r x y; echo "$x|$y"; }"#,
        unlike: &[],
    },
    Case {
        script: r#"printf 'a:b:c:\n' | { IFS=: read x y; echo "$x|$y"; }; printf 'a:b:\n' | { IFS=: read x y; echo "$x|$y"; };  printf 'a::b\n' | { IFS=: read x y z; echo "$x|$y|$z"; }; printf 'a:b::\n' | { IFS=: read x y; echo "$x|$y"; }"#,
        unlike: &[],
    },
    Case {
        script: r#"printf 'no newline' | { read x; echo "$? $x"; }; : | { read x; echo "$? [$x]"; }; printf '\n' | { read x; echo "$? [$x]"; }"#,
        unlike: &[],
    },
    Case {
        script: r"printf 'l1\nl2\nl3\n' > f; { read a; read b; cat; } < f; echo $a $b; rm f",
        unlike: &[],
    },
    Case {
        script: r"printf 'l1\nl2\nl3\n' | { read a; read b; cat; echo $a $b; }",
        unlike: &[],
    },
    Case {
        script: r#"printf 'a\\' | { read x; echo "[$x] $?"; }; printf 'a\\\n' | { read x; echo "[$x] $?"; }; printf '  \\ a \n' | { read x; echo "[$x] $?"; }"#,
        unlike: &[],
    },
    Case {
        script: r"printf 'a b\n' | { read x x; echo $x; }; printf 'x\n' | { read 1a 2>/dev/null; echo $?; }",
        unlike: &["bash", "yash", "busybox"],
    },
    Case {
        script: r#"printf ' a : b : c \n' | { IFS=' :' read x y; echo "[$x][$y]"; };printf 'a  \\  \n' | { read x y; echo "[$x][$y]"; }"#,
        unlike: &["mksh", "busybox"],
    },
    Case {
        script: r"printf 'x;y' | { read -d ';' a; echo $a; } 2>/dev/null",
        unlike: &["dash", "yash"],
    },
    Case {
        script: r"readonly x=1; echo a | { read x; echo after $?; }",
        unlike: &["bash", "yash"],
    },
    Case {
        script: r"set | grep '^IFS' ; A='x y'; set | grep '^A='",
        unlike: &["mksh"],
    },
    Case {
        script: r"true a b; echo $?; false; echo $?; :; echo $?; : ${x:=5}; echo $x",
        unlike: &[],
    },
    Case {
        script: r"unset IFS; x='a b'; set -- $x; echo $#; IFS=' '; unset PATH; echo ok",
        unlike: &["yash"],
    },
    Case {
        script: r"a=1; (a=2; echo $a); echo $a; a=3 :; echo $a; a=4 true; echo $a; f() { echo $a; }; a=5 f; a=6 sh -c 'echo $a'",
        unlike: &[],
    },
    Case {
        script: r"echo $LINENO
echo $LINENO
f() {
echo $LINENO
}
f",
        unlike: &["dash", "mksh", "busybox"],
    },
    Case {
        script: r"PPID=3; echo $?; echo $PPID",
        unlike: &["bash"],
    },
    Case {
        script: r#"echo "${PWD##*/}" | wc -l; cd dir; echo ${PWD##*/} ${OLDPWD:+set}"#,
        unlike: &[],
    },
    Case {
        script: r"shift x; echo after",
        unlike: &["bash", "mksh"],
    },
    Case {
        script: r"shift -1; echo after",
        unlike: &["bash"],
    },
    Case {
        script: r#"test 1 -gt 2 || test "abc" = "abc" && echo ok; test -z; echo $?"#,
        unlike: &[],
    },
];
