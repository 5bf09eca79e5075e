//! Holds the rules of the house that the compiler cannot: who may name what, which room may know which, how long a file
//! may be. All of it is in the tests of this crate; nothing here is shipped.
