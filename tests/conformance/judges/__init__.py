"""Each module is one judge: `judge(folders)` yields the list of its objections for each folder."""
