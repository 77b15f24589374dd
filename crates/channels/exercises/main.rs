//! Every exercise of the chapter, in order. The harness proves that each starter compiles and fails
//! its check, and that each solution passes.

// Each check is here twice on purpose, and `pub` in these files shows what it uses of the others.
#![allow(clippy::duplicate_mod, unreachable_pub)]

#[path = "../../../xtask/exercises/harness.rs"]
mod harness;

mod nobody_listens {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod all_sources {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod one_deadline {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod no_polling {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod stop_while_sending {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod at_most_three {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod take_turns {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

fn main() -> std::process::ExitCode {
    harness::main(
        env!("CARGO_MANIFEST_DIR"),
        harness::exercises![
            nobody_listens,
            all_sources,
            one_deadline,
            no_polling,
            stop_while_sending,
            at_most_three,
            take_turns,
        ],
    )
}
