"""One page in, its evidence out: pure, picklable, mapped over an Executor. Knows no database."""
