// Tokens that a tree-sitter grammar cannot express: line breaks that end a statement, nested comments, and the characters of
// strings. The characters are read here because tree-sitter would look for comments between them.
#include "tree_sitter/parser.h"
#include <string.h>

// In the order of `externals` in grammar.js.
enum Token { NEWLINE, CONTINUED, BLOCK_COMMENT, TEXT_CHARS, BLOCK_CHARS, RAW_CHARS, RAW_BLOCK_CHARS, ERROR_SENTINEL };

void *tree_sitter_pipe_external_scanner_create(void) { return NULL; }
void tree_sitter_pipe_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_pipe_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload, (void)buffer;
  return 0;
}
void tree_sitter_pipe_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload, (void)buffer, (void)length;
}

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r'; }

static bool is_word(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Reads the rest of a block comment after `/*`.
static bool rest_of_comment(TSLexer *lexer) {
  unsigned depth = 1;
  while (!lexer->eof(lexer)) {
    int32_t c = lexer->lookahead;
    advance(lexer);
    if (c == '*' && lexer->lookahead == '/') {
      advance(lexer);
      if (--depth == 0) return true;
    } else if (c == '/' && lexer->lookahead == '*') {
      advance(lexer);
      depth++;
    }
  }
  return false;
}

// Reads a word of fewer than six letters; longer words are truncated.
static void read_word(TSLexer *lexer, char text[6]) {
  unsigned length = 0;
  memset(text, 0, 6);
  for (; is_word(lexer->lookahead); advance(lexer)) {
    if (length < 5) text[length++] = (char)lexer->lookahead;
  }
}

// Returns whether the text after line breaks continues the line before them.
static bool continues(TSLexer *lexer) {
  for (;;) {
    while (is_blank(lexer->lookahead) || lexer->lookahead == '\n') advance(lexer);
    if (lexer->lookahead != '/') break;
    advance(lexer);
    if (lexer->lookahead == '*') {
      advance(lexer);
      if (!rest_of_comment(lexer)) return false;
      continue;
    }
    if (lexer->lookahead != '/') return false;
    advance(lexer);
    if (lexer->lookahead == '/') { // `///` is documentation, `////` a comment
      advance(lexer);
      if (lexer->lookahead != '/') return false;
    }
    while (!lexer->eof(lexer) && lexer->lookahead != '\n') advance(lexer);
  }
  switch (lexer->lookahead) {
    case '-': advance(lexer); return lexer->lookahead == '>';
    case '?': return true;
    case ':': advance(lexer); return lexer->lookahead != ':';
    case '&': advance(lexer); return lexer->lookahead == '&';
    case '|': return true;
    default: break;
  }
  char word[6];
  read_word(lexer, word);
  bool is_else = !strcmp(word, "else");
  if (!is_else && strcmp(word, "in") && strcmp(word, "from")) return false;
  while (is_blank(lexer->lookahead)) advance(lexer);
  if (is_else) return lexer->lookahead != '=' && lexer->lookahead != ':';
  return is_word(lexer->lookahead) || lexer->lookahead == '\n';
}

// Determines the end of a string's characters.
struct Ends {
  int32_t quote;
  bool is_block;   // three quotes, and may span lines
  bool is_raw;     // neither escapes nor interpolations
};

// Reads the characters of a string up to its end, an escape, or an interpolation.
static bool read_chars(TSLexer *lexer, struct Ends ends) {
  bool any = false;
  for (; !lexer->eof(lexer); any = true) {
    int32_t c = lexer->lookahead;
    if (!ends.is_block && (c == ends.quote || c == '\n' || (c == '\\' && !ends.is_raw))) break;
    if (ends.is_block && c == ends.quote) {
      lexer->mark_end(lexer);
      unsigned quotes = 0;
      for (; quotes < 3 && lexer->lookahead == ends.quote; quotes++) advance(lexer);
      if (quotes == 3) return any;
    } else if (!ends.is_raw && (c == '$' || c == '#')) {
      lexer->mark_end(lexer);
      advance(lexer);
      if (lexer->lookahead == '{') return any;
      if (c == '$' && lexer->lookahead == '$') {
        advance(lexer);
        if (lexer->lookahead == '{') return any;
      }
    } else {
      advance(lexer);
    }
    lexer->mark_end(lexer);
  }
  return any;
}

static const struct Ends STRINGS[] = {
  {'"', false, false}, {'"', true, false}, {'\'', false, true}, {'\'', true, true},
};

bool tree_sitter_pipe_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  // During error recovery, tree-sitter marks all tokens as valid.
  for (unsigned token = TEXT_CHARS; token <= RAW_BLOCK_CHARS && !valid[ERROR_SENTINEL]; token++) {
    if (!valid[token]) continue;
    lexer->result_symbol = token;
    return read_chars(lexer, STRINGS[token - TEXT_CHARS]);
  }
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  if (lexer->lookahead == '\n') {
    advance(lexer);
    lexer->mark_end(lexer);
    lexer->result_symbol = continues(lexer) ? CONTINUED : NEWLINE;
    return true;
  }
  if (lexer->lookahead != '/') return false;
  advance(lexer);
  if (lexer->lookahead != '*') return false;
  advance(lexer);
  if (!rest_of_comment(lexer)) return false;
  lexer->mark_end(lexer);
  lexer->result_symbol = BLOCK_COMMENT;
  return true;
}
