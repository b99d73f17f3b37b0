//! `Debug` for what must not stand in a log: names of types and fields, and nothing of what they say.

/// Gives types a `Debug` that hides their content: `TextMessage(…)`.
macro_rules! hide_content {
    ($($name:ident),+ $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

/// Gives a struct a `Debug` that shows some fields and of the others the names alone.
macro_rules! hide_fields {
    ($name:ident { $($shown:ident),* } hidden { $($hidden:ident),+ }) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($shown), &self.$shown))*
                    $(.field(stringify!($hidden), &format_args!("…")))+
                    .finish()
            }
        }
    };
}

pub(super) use {hide_content, hide_fields};
