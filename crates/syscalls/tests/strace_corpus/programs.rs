//! C programs that do what shells and utilities do not.

/// Name and source.
pub(crate) const SOURCES: &[(&str, &str)] = &[
    ("threads_one_after_another", THREADS),
    ("exec_from_a_thread", EXEC_FROM_A_THREAD),
    ("killed_by_its_own_fault", FAULT),
    ("handler_then_abort", ABORT),
    ("spawn", SPAWN),
    ("alarm_ends_a_pause", ALARM),
    ("grandchildren", GRANDCHILDREN),
    ("killed_in_a_call", KILLED_IN_A_CALL),
];

const THREADS: &str = r#"
#include <pthread.h>
#include <unistd.h>
static void *work(void *text) { write(1, text, 1); return 0; }
int main(void) {
    char *texts[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++) {
        pthread_t thread;
        pthread_create(&thread, 0, work, texts[i]);
        pthread_join(thread, 0);
    }
    return 5;
}
"#;

/// The first thread sleeps; the second becomes the process.
const EXEC_FROM_A_THREAD: &str = r#"
#include <pthread.h>
#include <unistd.h>
static void *work(void *unused) {
    execl("/bin/echo", "echo", "from a thread", (char *)0);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    for (;;) pause();
}
"#;

const FAULT: &str = r#"
int main(void) { *(volatile int *)16 = 1; }
"#;

const ABORT: &str = r#"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
static void handler(int signal) { (void)signal; write(1, "caught", 6); }
int main(void) { signal(SIGUSR1, handler); raise(SIGUSR1); abort(); }
"#;

const SPAWN: &str = r#"
#include <spawn.h>
#include <sys/wait.h>
int main(void) {
    char *arguments[] = {"true", 0};
    for (int i = 0; i < 3; i++) {
        pid_t child;
        posix_spawn(&child, "/bin/true", 0, 0, arguments, 0);
        waitpid(child, 0, 0);
    }
}
"#;

const ALARM: &str = r#"
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>
static void handler(int signal) { (void)signal; }
int main(void) {
    struct itimerval soon = {{0, 0}, {0, 50000}};
    signal(SIGALRM, handler);
    setitimer(ITIMER_REAL, &soon, 0);
    pause();
}
"#;

const GRANDCHILDREN: &str = r#"
#include <sys/wait.h>
#include <unistd.h>
static void grow(int depth) {
    for (int i = 0; depth > 0 && i < 3; i++) {
        if (fork() == 0) { grow(depth - 1); _exit(depth); }
        wait(0);
    }
}
int main(void) { grow(3); }
"#;

/// A child that waits for input for ever is killed by its parent.
const KILLED_IN_A_CALL: &str = r#"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int ready[2], never[2];
    char byte;
    pipe(ready);
    pipe(never);
    pid_t child = fork();
    if (child == 0) { write(ready[1], "x", 1); read(never[0], &byte, 1); _exit(1); }
    read(ready[0], &byte, 1);
    usleep(100000);
    kill(child, SIGKILL);
    waitpid(child, 0, 0);
}
"#;
