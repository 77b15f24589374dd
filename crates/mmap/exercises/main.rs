//! Every exercise of the chapter, in order. The harness proves that each starter compiles and fails
//! its check, and that each solution passes.

// Each check is here twice on purpose, and `pub` in these files shows what it uses of the others.
#![allow(clippy::duplicate_mod, unreachable_pub)]

#[path = "../../../xtask/exercises/harness.rs"]
mod harness;

mod version_in_the_map {
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

mod only_one {
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

mod words_by_map {
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

mod count_under_lock {
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

mod drain_the_pipe {
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

mod first_ready {
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
            version_in_the_map,
            only_one,
            words_by_map,
            count_under_lock,
            drain_the_pipe,
            first_ready,
        ],
    )
}
