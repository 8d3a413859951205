"""READ: snips -> evidence, a posterior per box. Must not know people, rules or the pre-list."""
