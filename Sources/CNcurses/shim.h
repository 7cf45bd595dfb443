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
static inline int curses_pair_count(void) { return COLOR_PAIRS; }

/// wchar.h shows wcwidth only to those who ask for X/Open.
extern int wcwidth(wchar_t character);
static inline int curses_width_of(uint32_t glyph) { return wcwidth((wchar_t)glyph); }

static inline attr_t curses_bold(void) { return WA_BOLD; }
static inline attr_t curses_dim(void) { return WA_DIM; }
static inline attr_t curses_underline(void) { return WA_UNDERLINE; }
static inline attr_t curses_reverse(void) { return WA_REVERSE; }

/// Puts one character; the pair is given in full, as the colour bits of an attribute hold only 256 of them.
static inline void curses_put(int row, int column, uint32_t glyph, attr_t attributes, int pair) {
  const wchar_t text[2] = {(wchar_t)glyph, 0};
  cchar_t cell;
  if (setcchar(&cell, text, attributes, 0, &pair) == OK) mvadd_wch(row, column, &cell);
}

/// A string of the terminal's description, or NULL when it has none of that name.
static inline const char *curses_capability(const char *name) {
  const char *text = tigetstr(name);
  return text == (const char *)-1 ? NULL : text;
}

/// What moves the cursor to a place, or NULL. Valid until the next call.
static inline const char *curses_move_string(int row, int column) {
  const char *text = curses_capability("cup");
  return text == NULL ? NULL : tparm(text, row, column);
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
