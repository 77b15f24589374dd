//! Every exercise of the chapter, in order. The harness proves that each starter compiles and fails
//! its check, and that each solution passes.

// Each check is here twice on purpose, and `pub` in these files shows what it uses of the others.
#![allow(clippy::duplicate_mod, unreachable_pub)]

#[path = "../../../xtask/exercises/harness.rs"]
mod harness;

mod whole_records {
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

mod few_reads {
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

mod checksum_on_the_way {
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

mod look_ahead {
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

mod cut_bodies {
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

mod nobodys_place {
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

mod copy_in_the_kernel {
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
            whole_records,
            few_reads,
            checksum_on_the_way,
            look_ahead,
            cut_bodies,
            nobodys_place,
            copy_in_the_kernel,
        ],
    )
}
