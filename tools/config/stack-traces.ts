// Test files share a process. One that turns stack traces down, because it makes errors by the hundred thousand, does so
// for itself alone.
Error.stackTraceLimit = 100;
