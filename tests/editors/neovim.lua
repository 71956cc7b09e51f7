-- Uses the language server in Neovim, as a person would. The configuration is the one in the documentation.
--
-- nvim --clean -n --headless -S neovim.lua, in a folder with pipeline.pipe
local report = io.open(vim.env.REPORT, 'w')
local failed = 0
local function check(what, ok, detail)
  report:write(('%s %s%s\n'):format(ok and 'ok  ' or 'FAIL', what, detail and (': ' .. tostring(detail)) or ''))
  report:flush()
  if not ok then failed = failed + 1 end
end
local function wait(condition) return vim.wait(15000, condition, 10) end
local function keys(text) vim.api.nvim_feedkeys(vim.keycode(text), 'tx', false) end
local function messages() return vim.tbl_map(function(it) return it.message end, vim.diagnostic.get(0)) end
local function server() return vim.lsp.get_clients({ bufnr = 0, name = 'dotpipe' })[1] end
local function on(pattern, offset)
  vim.fn.cursor(1, 1)
  local row = vim.fn.search(pattern, 'c')
  vim.fn.cursor(row, vim.fn.col('.') + (offset or 0))
  return row
end

local function run()
  dofile(vim.env.SETUP)
  vim.cmd.edit('pipeline.pipe')
  check('starts', wait(function() return server() ~= nil and server().initialized end))
  check('counts bytes', server().offset_encoding == 'utf-8', server().offset_encoding)

  -- A typo and its fix.
  on('repository')
  keys('ea<BS>x<Esc>')
  check('diagnostics', wait(function() return #messages() > 0 end) and messages()[1]:find('repositorx', 1, true) ~= nil, messages()[1])
  on('repositorx')
  vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.kind == 'quickfix' and action.title:find('all') == nil end })
  check('code action', wait(function() return on('repository ') > 0 end), vim.api.nvim_get_current_line())
  check('diagnostics vanish', wait(function() return #messages() == 0 end), messages()[1])

  -- Completion in insert mode, accepted with a key.
  local row = on('branch  ')
  local shown
  vim.lsp.completion.enable(true, server().id, 0)
  local timer = vim.uv.new_timer()
  timer:start(50, 50, vim.schedule_wrap(function()
    local info = vim.fn.complete_info({ 'items' })
    if #info.items > 0 and not shown then
      shown = vim.tbl_map(function(item) return item.word end, info.items)
      vim.api.nvim_feedkeys(vim.keycode('<Esc>'), 't', false)
    end
  end))
  vim.defer_fn(function() if not shown then vim.api.nvim_feedkeys(vim.keycode('<Esc>'), 't', false) end end, 8000)
  vim.api.nvim_feedkeys(vim.keycode('o<Cmd>lua vim.lsp.completion.get()<CR>'), 'tx!', false)
  timer:stop()
  check('completion', shown ~= nil and vim.list_contains(shown, 'poll-for-source-changes'),
    table.concat(shown or {}, ' '))
  vim.cmd('silent! ' .. (row + 1) .. 'delete')

  -- Hover.
  on('repository')
  vim.lsp.buf.hover()
  local function floating()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), ' ')
      end
    end
  end
  check('hover', wait(floating) and floating():find('RepositoryName') ~= nil, floating())

  -- Go to the definition of a name, and rename it.
  on('= MyAppBuilder', 2)
  vim.lsp.buf.definition()
  check('definition', wait(function() return vim.api.nvim_get_current_line():find('^project MyAppBuilder') ~= nil end))
  on('= MyAppBuilder', 2)
  vim.lsp.buf.rename('Packer')
  check('rename', wait(function() return vim.fn.search('= Packer$', 'nw') > 0 and vim.fn.search('^project Packer {', 'nw') > 0 end))

  vim.cmd('edit!')
  local right = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  vim.cmd('%s/repository = /repository =    /')
  vim.lsp.buf.format({ timeout_ms = 10000 })
  check('formatting', vim.deep_equal(vim.api.nvim_buf_get_lines(0, 0, -1, false), right), vim.fn.getline(vim.fn.search('repository', 'nw')))

  -- The server is killed and restarts.
  local before = server().id
  for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do vim.uv.kill(child, 'sigkill') end
  check('is killed', wait(function() return server() == nil end))
  vim.cmd('edit!')
  check('starts again', wait(function() return server() ~= nil and server().initialized and server().id ~= before end))
  on('repository')
  keys('ea<BS>x<Esc>')
  check('diagnostics again', wait(function() return #messages() > 0 end), messages()[1])

  -- The tree-sitter grammar.
  vim.cmd('edit!')
  check('parser', vim.treesitter.language.add('pipe', { path = vim.env.PARSER }))
  vim.treesitter.start(0, 'pipe')
  local tree = vim.treesitter.get_parser(0, 'pipe'):parse()[1]
  check('no errors in the tree', not tree:root():has_error())
  local row_of_stage = on('stage Source')
  local captures = vim.tbl_map(function(it) return it.capture end, vim.treesitter.get_captures_at_pos(0, row_of_stage - 1, 2))
  check('highlights', vim.list_contains(captures, 'keyword'), table.concat(captures, ' '))
  vim.wo.foldmethod = 'expr'
  vim.wo.foldexpr = 'v:lua.vim.treesitter.foldexpr()'
  check('folds', wait(function() return vim.fn.foldlevel(2) > 0 and vim.fn.foldlevel(5) > 1 end), vim.fn.foldlevel(5))
  for _, kind in ipairs({ 'highlights', 'injections', 'folds', 'indents', 'locals' }) do
    local ok, query = pcall(vim.treesitter.query.get, 'pipe', kind)
    check('query ' .. kind, ok and query ~= nil, not ok and query or nil)
  end
end

local ok, problem = xpcall(run, debug.traceback)
if not ok then check('the script runs', false, problem) end
report:write(failed == 0 and 'done\n' or 'failed\n')
report:close()
vim.cmd(failed == 0 and 'qa!' or 'cq')
