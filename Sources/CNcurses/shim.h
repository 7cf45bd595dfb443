// ncurses as Swift can take it: what is a macro, a variadic or a global there is a function here.
#ifndef BOXSTEP_CNCURSES_H
#define BOXSTEP_CNCURSES_H

// Without it cchar_t and setcchar are missing.
#define NCURSES_WIDECHAR 1

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <term.h>
#include <termios.h>
#include <wchar.h>

// term.h defines short words as macros.
#undef lines
#undef columns
#undef tab
#undef buttons

static inline SCREEN *curses_new_terminal(void) { return newterm(NULL, stdout, stdin); }

static inline WINDOW *curses_standard_window(void) { return stdscr; }
static inline int curses_columns(void) { return getmaxx(stdscr); }
static inline int curses_rows(void) { return getmaxy(stdscr); }

static inline int curses_color_count(void) { return COLORS; }

/// wchar.h shows wcwidth only to those who ask for X/Open.
extern int wcwidth(wchar_t character);
static inline int curses_width_of(uint32_t glyph) { return wcwidth((wchar_t)glyph); }


/// A string of the terminal's description, or NULL when it has none of that name.
static inline const char *curses_capability(const char *name) {
  const char *text = tigetstr(name);
  return text == (const char *)-1 ? NULL : text;
}

/// The same with its parameters filled in. Valid until the next call.
static inline const char *curses_string(const char *name, int first, int second) {
  const char *text = curses_capability(name);
  return text == NULL ? NULL : tparm(text, first, second);
}

static inline int curses_number(const char *name) { return tigetnum(name); }
static inline bool curses_has(const char *name) { return tigetflag(name) > 0; }

/// Makes a terminal's description the current one, without a terminal.
static inline bool curses_describe(const char *kind) {
  int outcome = 0;
  return setupterm(kind, fileno(stdout), &outcome) == OK;
}

static inline void curses_forget_description(void) {
  TERMINAL *description = cur_term;
  if (description != NULL) del_curterm(description);
}

/// On top of cbreak: Ctrl-S, Ctrl-Q, Ctrl-V and Ctrl-O are keys like others. ncurses remembers it.
static inline void curses_free_control_keys(void) {
  struct termios modes;
  if (cur_term == NULL || tcgetattr(fileno(stdout), &modes) != 0) return;
  modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
  modes.c_lflag &= ~(tcflag_t)IEXTEN;
  if (tcsetattr(fileno(stdout), TCSADRAIN, &modes) == 0) def_prog_mode();
}

#endif
