// A program on a terminal of its own. Swift has no fork.
#ifndef BOXSTEP_PSEUDO_TERMINAL_H
#define BOXSTEP_PSEUDO_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pseudo_terminal {
  /// The side that reads what the program draws and writes what is typed. Never waits.
  int controller;
  /// The program's side, kept open so that nothing drawn is lost when the program ends.
  int program_side;
  pid_t process;
};

/// Makes a new terminal, on which nothing runs yet. Returns 0, or errno.
int pseudo_terminal_open(struct pseudo_terminal *terminal, int rows, int columns);

/// Starts a program as the leader of a session on the terminal. With `input` or `output` at 0 or more those
/// descriptors replace the terminal as its standard input or output. Returns 0, or errno.
int pseudo_terminal_start(struct pseudo_terminal *terminal, const char *path, char *const arguments[],
                          char *const environment[], int input, int output);

int pseudo_terminal_resize(const struct pseudo_terminal *terminal, int rows, int columns);

/// Hangs up: both sides are closed.
void pseudo_terminal_hang_up(struct pseudo_terminal *terminal);

/// Whether a process has ended; if so, `code` or `signal` says how and the other is -1.
bool pseudo_terminal_has_ended(pid_t process, int *code, int *signal);

#endif
