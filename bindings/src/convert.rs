//! Small conversions that several areas share.

/// Mirrors a core enum without fields, both ways where `both` is said: a variant added to the core does not compile
/// until it is named here.
macro_rules! mirror {
    ($ours:ident = $core:path { $($variant:ident),+ $(,)? }) => {
        impl From<$core> for $ours {
            fn from(value: $core) -> Self {
                use $core as Core;
                match value { $(Core::$variant => Self::$variant),+ }
            }
        }
    };
    (both $ours:ident = $core:path { $($variant:ident),+ $(,)? }) => {
        $crate::convert::mirror!($ours = $core { $($variant),+ });
        impl From<$ours> for $core {
            fn from(value: $ours) -> Self {
                match value { $($ours::$variant => Self::$variant),+ }
            }
        }
    };
}
pub(crate) use mirror;

/// A count as it crosses the boundary; no fleet comes near the limit.
pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// An index from the other side.
pub(crate) fn index(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// Each element converted.
pub(crate) fn all<A: Into<B>, B>(items: Vec<A>) -> Vec<B> {
    items.into_iter().map(Into::into).collect()
}
