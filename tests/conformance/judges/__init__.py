"""Each module is one judge: `judge(folders)` yields, for each folder, the list of its objections."""
