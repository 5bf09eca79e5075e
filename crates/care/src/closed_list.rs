//! One way to write a closed list, so that its keys and labels stand side by side and none can be forgotten.

/// Defines an enum whose values have a stable key and a label in both languages.
///
/// A list is data: written as a table, one line a value, it can be read and corrected by someone who knows the
/// people it speaks of and no Rust. The key is what databases keep, so a key that has been used never changes.
macro_rules! closed_list {
    ($(#[$meta:meta])* $name:ident { $($variant:ident, $key:literal, $fr:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(into = "&'static str", try_from = "String")]
        pub enum $name {
            $(#[doc = $en] $variant,)+
        }

        impl $name {
            /// Every value, in the order in which screens show them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name of the value in databases, forms and exports.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$variant => $key,)+
                }
            }

            /// The value that a key stands for.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                match key {
                    $($key => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The words that people read.
            #[must_use]
            pub fn label(self, language: $crate::Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, $crate::Language::Fr) => $fr,
                      (Self::$variant, $crate::Language::En) => $en,)+
                }
            }
        }

        impl From<$name> for &'static str {
            fn from(value: $name) -> Self {
                value.key()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::UnknownKey;
            fn try_from(key: String) -> Result<Self, Self::Error> {
                Self::from_key(&key).ok_or($crate::UnknownKey { list: stringify!($name) })
            }
        }
    };
}

pub(crate) use closed_list;
