#define _GNU_SOURCE
#include "pseudo_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

// Tests run side by side: a descriptor that leaked into another test's program would keep a terminal alive.
static int open_sides(struct pseudo_terminal *terminal) {
  char name[128];
  terminal->program_side = -1;
  terminal->controller = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (terminal->controller < 0) return errno;
  if (grantpt(terminal->controller) != 0 || unlockpt(terminal->controller) != 0) return errno;
  if (ptsname_r(terminal->controller, name, sizeof name) != 0) return errno;
  terminal->program_side = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  return terminal->program_side < 0 ? errno : 0;
}

static void become(const char *path, char *const arguments[], char *const environment[], int terminal,
                   int input, int output) {
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setsid();
  ioctl(terminal, TIOCSCTTY, 0);
  dup2(input >= 0 ? input : terminal, STDIN_FILENO);
  dup2(output >= 0 ? output : terminal, STDOUT_FILENO);
  dup2(terminal, STDERR_FILENO);
  execve(path, arguments, environment);
  _exit(127);
}

int pseudo_terminal_open(struct pseudo_terminal *terminal, int rows, int columns) {
  int error = open_sides(terminal);
  if (error == 0 && pseudo_terminal_resize(terminal, rows, columns) != 0) error = errno;
  if (error != 0) pseudo_terminal_hang_up(terminal);
  return error;
}

int pseudo_terminal_start(struct pseudo_terminal *terminal, const char *path, char *const arguments[],
                          char *const environment[], int input, int output) {
  terminal->process = fork();
  if (terminal->process == 0) become(path, arguments, environment, terminal->program_side, input, output);
  return terminal->process < 0 ? errno : 0;
}

int pseudo_terminal_resize(const struct pseudo_terminal *terminal, int rows, int columns) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  return ioctl(terminal->controller, TIOCSWINSZ, &size);
}

void pseudo_terminal_hang_up(struct pseudo_terminal *terminal) {
  if (terminal->program_side >= 0) close(terminal->program_side);
  if (terminal->controller >= 0) close(terminal->controller);
  terminal->program_side = terminal->controller = -1;
}

bool pseudo_terminal_has_ended(pid_t process, int *code, int *number) {
  int status;
  pid_t found;
  do found = waitpid(process, &status, WNOHANG);
  while (found < 0 && errno == EINTR);
  if (found != process) return false;
  *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  *number = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
  return true;
}
