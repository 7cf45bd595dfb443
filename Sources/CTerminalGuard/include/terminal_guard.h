// Leaves a usable terminal behind, whatever ends the process.
//
// While the guard stands, standard error is held (when it is a terminal, where it would spoil the screen) and
// shown at the end; deadly signals bring the screen down before the process dies of them; other signals are
// reported as bytes in a pipe.
#ifndef BOXSTEP_TERMINAL_GUARD_H
#define BOXSTEP_TERMINAL_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/// Remembers the terminal's modes, holds standard error and takes the signals over. Standard output must be
/// a terminal. Returns the descriptor that yields a byte, the signal's number, for each SIGHUP, SIGTERM,
/// SIGINT, SIGTSTP, SIGCONT and SIGWINCH; or -1 with errno set, and then nothing is changed.
int terminal_guard_begin(void);

/// The screen is up: from here on, dying writes these bytes, at most 1,024, and restores the modes first.
void terminal_guard_screen_up(const char *resets, size_t length);

/// The screen is down, by endwin for example; signals are still taken.
void terminal_guard_screen_down(void);

/// Brings the screen down if it is up, shows what was held of standard error, gives the signals back.
/// Does nothing when the guard does not stand.
void terminal_guard_end(void);

/// A signal was read from the pipe. A second SIGINT or SIGTERM before that kills: the program hangs.
void terminal_guard_heard(int signal);

/// Stops the process as SIGTSTP does by default; returns when it is continued.
void terminal_guard_stop(void);

/// Dies of a signal as if it had never been handled. To be called after terminal_guard_end.
void terminal_guard_die(int signal);

/// Gives the calling thread a stack for signal handlers, so that an overflow of its own stack is handled too.
/// The main thread has one while the guard stands. Returns false when there is no memory for it.
bool terminal_guard_cover_thread(void);

#endif
