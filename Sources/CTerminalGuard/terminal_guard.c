#define _GNU_SOURCE
#include "terminal_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

enum { stack_size = 64 * 1024, resets_size = 1024 };

static const int deadly[] = {SIGSEGV, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGTRAP, SIGQUIT};
static const int reported[] = {SIGHUP, SIGTERM, SIGINT, SIGTSTP, SIGCONT, SIGWINCH};
enum { deadly_count = sizeof deadly / sizeof *deadly, reported_count = sizeof reported / sizeof *reported };

// What handlers read is set before they are installed, or is atomic.
static struct sigaction deadly_before[deadly_count], reported_before[reported_count];
static stack_t stack_before;
static struct termios modes_before;
static char resets[resets_size];
static size_t resets_length;
static int terminal = -1, nowhere = -1, report_in = -1, report_out = -1;
static int held = -1, true_stderr = -1;
static bool keeps_older_handlers;
static bool standing;
static atomic_bool screen_is_up, dying;
// Reported, and not yet read from the pipe.
static atomic_bool interrupt_unheard, termination_unheard;

static void write_all(int file, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(file, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    length -= (size_t)written;
  }
}

// --- Both on the way out and in handlers: only async-signal-safe calls. ---

static void restore_screen(void) {
  if (!atomic_exchange(&screen_is_up, false)) return;
  write_all(terminal, resets, resets_length);
  // Keys typed ahead were meant for boxstep; the shell must not run them.
  tcflush(terminal, TCIFLUSH);
  // Not TCSADRAIN: it would wait for ever on a terminal that is stopped.
  tcsetattr(terminal, TCSANOW, &modes_before);
}

static void release_stderr(void) {
  if (held < 0) return;
  dup2(true_stderr, STDERR_FILENO);
  char block[4096];
  off_t place = 0;
  for (;;) {
    ssize_t count = pread(held, block, sizeof block, place);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    write_all(STDERR_FILENO, block, (size_t)count);
    place += count;
  }
}

static void die_of(int number, const siginfo_t *information, void *context) {
  (void)context;
  if (atomic_exchange(&dying, true)) {
    // Another thread is ending the process.
    for (;;) pause();
  }
  // What other threads still draw goes nowhere.
  if (atomic_load(&screen_is_up)) dup2(nowhere, STDOUT_FILENO);
  restore_screen();
  release_stderr();

  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  for (int i = 0; i < deadly_count; i++) {
    if (deadly[i] == number && keeps_older_handlers) action = deadly_before[i];
  }
  sigaction(number, &action, NULL);
  // A faulty instruction faults again on return, and whoever looks sees where. What was sent is sent again.
  bool fault = number == SIGSEGV || number == SIGILL || number == SIGBUS || number == SIGFPE;
  if (!fault || information->si_code <= 0) raise(number);
}

static atomic_bool *unheard(int number) {
  return number == SIGINT ? &interrupt_unheard : number == SIGTERM ? &termination_unheard : NULL;
}

static void report(int number, siginfo_t *information, void *context) {
  int error = errno;
  // Asked twice with nobody there to hear the first: the program hangs, and somebody wants it gone.
  atomic_bool *before = unheard(number);
  if (before != NULL && atomic_exchange(before, true)) {
    die_of(number, information, context);
    return;
  }
  unsigned char byte = (unsigned char)number;
  ssize_t ignored = write(report_in, &byte, 1);
  (void)ignored;
  errno = error;
}

static void die(int number, siginfo_t *information, void *context) { die_of(number, information, context); }

// --- Setting up ---

static int open_held_file(void) {
#ifdef __linux__
  return memfd_create("standard error", MFD_CLOEXEC);
#else
  FILE *file = tmpfile();
  return file == NULL ? -1 : fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
#endif
}

static void hold_stderr(void) {
  if (!isatty(STDERR_FILENO)) return;
  true_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  held = open_held_file();
  if (true_stderr >= 0 && held >= 0 && dup2(held, STDERR_FILENO) >= 0) return;
  if (held >= 0) close(held);
  held = -1;
}

static void close_files(void) {
  int *files[] = {&terminal, &nowhere, &report_in, &report_out, &held, &true_stderr};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    if (*files[i] >= 0) close(*files[i]);
    *files[i] = -1;
  }
}

static bool open_files(void) {
  int ends[2];
  terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (terminal < 0 || nowhere < 0 || pipe(ends) != 0) return false;
  report_out = ends[0];
  report_in = ends[1];
  for (int i = 0; i < 2; i++) {
    if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0 || fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0) return false;
  }
  return tcgetattr(terminal, &modes_before) == 0;
}

static void take(int number, void (*handler)(int, siginfo_t *, void *), struct sigaction *before) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigfillset(&action.sa_mask);
  sigaction(number, &action, before);
}

static void take_signals(void) {
  // Swift's backtracer waits for a key before it lets a crashed process die. Who asks for it gets it.
  keeps_older_handlers = getenv("SWIFT_BACKTRACE") != NULL;
  static char stack[stack_size];
  stack_t mine = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&mine, &stack_before);
  for (int i = 0; i < deadly_count; i++) take(deadly[i], die, &deadly_before[i]);
  for (int i = 0; i < reported_count; i++) {
    take(reported[i], report, &reported_before[i]);
    // Started by nohup, or by a shell without job control: it stays as it was.
    bool ignored = reported_before[i].sa_handler == SIG_IGN;
    if (ignored) sigaction(reported[i], &reported_before[i], NULL);
  }
}

int terminal_guard_begin(void) {
  if (standing) {
    errno = EBUSY;
    return -1;
  }
  if (!open_files()) {
    int error = errno;
    close_files();
    errno = error;
    return -1;
  }
  static bool ends_at_exit = false;
  if (!ends_at_exit) ends_at_exit = atexit(terminal_guard_end) == 0;
  hold_stderr();
  terminal_guard_heard(SIGINT);
  terminal_guard_heard(SIGTERM);
  take_signals();
  standing = true;
  return report_out;
}

void terminal_guard_screen_up(const char *bytes, size_t length) {
  atomic_store(&screen_is_up, false);
  resets_length = length < resets_size ? length : resets_size;
  memcpy(resets, bytes, resets_length);
  atomic_store(&screen_is_up, true);
}

void terminal_guard_screen_down(void) { atomic_store(&screen_is_up, false); }

void terminal_guard_heard(int number) {
  atomic_bool *waiting = unheard(number);
  if (waiting != NULL) atomic_store(waiting, false);
}

void terminal_guard_end(void) {
  if (!standing) return;
  standing = false;
  restore_screen();
  release_stderr();
  for (int i = 0; i < deadly_count; i++) sigaction(deadly[i], &deadly_before[i], NULL);
  for (int i = 0; i < reported_count; i++) sigaction(reported[i], &reported_before[i], NULL);
  sigaltstack(&stack_before, NULL);
  close_files();
}

void terminal_guard_stop(void) {
  struct sigaction action, before;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &action, &before);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &before, NULL);
}

void terminal_guard_die(int number) {
  signal(number, SIG_DFL);
  raise(number);
}

bool terminal_guard_cover_thread(void) {
  // Lives as long as the thread; threads that draw or compute for boxstep live as long as it does.
  void *memory = malloc(stack_size);
  if (memory == NULL) return false;
  stack_t mine = {.ss_sp = memory, .ss_size = stack_size};
  if (sigaltstack(&mine, NULL) == 0) return true;
  free(memory);
  return false;
}
