//! System V's shared memory, semaphores and messages, found by a number that programs agree on.

use nix::libc;

use crate::decode::Argument::{self, Choice, In, Int, Out, Pointer, Size};
use crate::decode::bytes::{field, u16_at};
use crate::decode::named;
use crate::decode::{Context, ResultKind, Signature, timespec};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("shmget", &[KEY, Size, In(shared_memory_flags)]),
    Signature::new("shmat", &[Int, Pointer, Argument::Flags(&ATTACH)]).returns(ResultKind::Hex),
    Signature::new("shmdt", &[Pointer]),
    Signature::new("shmctl", &[Int, COMMAND, Out(shared_memory)]),
    Signature::new("semget", &[KEY, Int, In(flags)]),
    Signature::new("semop", &[Int, In(operations), Argument::Unsigned]),
    Signature::new(
        "semtimedop",
        &[Int, In(operations), Argument::Unsigned, In(timespec::write)],
    ),
    Signature::new("semctl", &[Int, Int, COMMAND, Out(semaphores)]),
    Signature::new("msgget", &[KEY, In(flags)]),
    Signature::new(
        "msgsnd",
        &[Int, In(message), Size, Argument::Flags(&MESSAGE)],
    ),
    Signature::new(
        "msgrcv",
        &[
            Int,
            Out(message),
            Size,
            Argument::Long,
            Argument::Flags(&MESSAGE),
        ],
    ),
    Signature::new("msgctl", &[Int, COMMAND, Out(messages)]),
];

const KEY: Argument = In(key);
const COMMAND: Argument = Choice(&COMMANDS);

const COMMANDS: named::Choice = named::Choice {
    names: &[
        (0, "IPC_RMID"),
        (1, "IPC_SET"),
        (IPC_STAT as u64, "IPC_STAT"),
        (3, "IPC_INFO"),
        (11, "GETPID"),
        (12, "GETVAL"),
        (13, "GETALL"),
        (14, "GETNCNT"),
        (15, "GETZCNT"),
        (16, "SETVAL"),
        (17, "SETALL"),
    ],
    unknown: "IPC_???",
};

const IPC_STAT: u32 = 2;

const GET: named::Flags = named::Flags {
    names: &[(0o1000, "IPC_CREAT"), (0o2000, "IPC_EXCL")],
    unknown: "",
};

const GET_MEMORY: named::Flags = named::Flags {
    names: &[
        (0o1000, "IPC_CREAT"),
        (0o2000, "IPC_EXCL"),
        (0o4000, "SHM_HUGETLB"),
        (0o10000, "SHM_NORESERVE"),
    ],
    unknown: "",
};

const ATTACH: named::Flags = named::Flags {
    names: &[
        (0o10000, "SHM_RDONLY"),
        (0o20000, "SHM_RND"),
        (0o40000, "SHM_REMAP"),
        (0o100_000, "SHM_EXEC"),
    ],
    unknown: "SHM_???",
};

const MESSAGE: named::Flags = named::Flags {
    names: &[
        (0o10000, "MSG_NOERROR"),
        (0o20000, "MSG_EXCEPT"),
        (0o40000, "MSG_COPY"),
        (0o4000, "IPC_NOWAIT"),
    ],
    unknown: "MSG_???",
};

const SEMAPHORE: named::Flags = named::Flags {
    names: &[(0x1000, "SEM_UNDO"), (0o4000, "IPC_NOWAIT")],
    unknown: "SEM_???",
};

fn key(context: &mut Context<'_>, key: u64) {
    match key as u32 {
        0 => context.push("IPC_PRIVATE"),
        key => context.hex(u64::from(key)),
    }
}

fn flags(context: &mut Context<'_>, value: u64) {
    flags_and_mode(context, value, &GET);
}

fn shared_memory_flags(context: &mut Context<'_>, value: u64) {
    flags_and_mode(context, value, &GET_MEMORY);
}

/// `IPC_CREAT|0600`: the permissions are in the lowest bits.
fn flags_and_mode(context: &mut Context<'_>, value: u64, flags: &named::Flags) {
    const MODE: u64 = 0o777;
    let value = u64::from(value as u32);
    if value & !MODE != 0 {
        flags.write(context, value & !MODE);
        context.push("|");
    }
    context.mode((value & MODE) as u32);
}

/// What is done to each semaphore: `[{sem_num=0, sem_op=-1, sem_flg=SEM_UNDO}]`.
fn operations(context: &mut Context<'_>, address: u64) {
    let count = u64::from(context.registers[2] as u32);
    context.array(address, count, |context, operation: &[u8; 6]| {
        let number = u16_at(operation, 0);
        let change = u16_at(operation, 2).cast_signed();
        context.format(format_args!(
            "{{sem_num={number}, sem_op={change}, sem_flg="
        ));
        SEMAPHORE.write(context, u64::from(u16_at(operation, 4)));
        context.push("}");
    });
}

/// `{mtype=1, mtext="hello"}`: the text has the length that the program gives, also when the message
/// that came is shorter.
fn message(context: &mut Context<'_>, address: u64) {
    let Some(kind) = context.u64(address) else {
        return context.address(address);
    };
    let kind = kind.cast_signed();
    context.format(format_args!("{{mtype={kind}, mtext="));
    context.buffer(address.wrapping_add(8), context.registers[2]);
    context.push("}");
}

/// Reads what `IPC_STAT` fills, if that is what was asked for; else writes the address.
fn status<const N: usize>(
    context: &mut Context<'_>,
    address: u64,
    command: u64,
) -> Option<[u8; N]> {
    let status = (command as u32 == IPC_STAT).then(|| context.bytes(address));
    if let Some(Some(status)) = status {
        return Some(status);
    }
    context.address(address);
    None
}

fn shared_memory(context: &mut Context<'_>, address: u64) {
    type Status = libc::shmid_ds;
    let command = context.registers[1];
    let Some(status) = status::<{ size_of::<Status>() }>(context, address, command) else {
        return;
    };
    permissions(context, "shm_perm", &status);
    context.format(format_args!(
        ", shm_segsz={}, shm_cpid={}, shm_lpid={}, shm_nattch={}, \
         shm_atime={}, shm_dtime={}, shm_ctime={}}}",
        field!(&status, Status, shm_segsz, u64_at),
        field!(&status, Status, shm_cpid, i32_at),
        field!(&status, Status, shm_lpid, i32_at),
        field!(&status, Status, shm_nattch, u64_at),
        field!(&status, Status, shm_atime, i64_at),
        field!(&status, Status, shm_dtime, i64_at),
        field!(&status, Status, shm_ctime, i64_at),
    ));
}

fn semaphores(context: &mut Context<'_>, address: u64) {
    type Status = libc::semid_ds;
    let command = context.registers[2];
    let Some(status) = status::<{ size_of::<Status>() }>(context, address, command) else {
        return;
    };
    permissions(context, "sem_perm", &status);
    context.format(format_args!(
        ", sem_otime={}, sem_ctime={}, sem_nsems={}}}",
        field!(&status, Status, sem_otime, i64_at),
        field!(&status, Status, sem_ctime, i64_at),
        field!(&status, Status, sem_nsems, u64_at),
    ));
}

fn messages(context: &mut Context<'_>, address: u64) {
    type Status = libc::msqid_ds;
    let command = context.registers[1];
    let Some(status) = status::<{ size_of::<Status>() }>(context, address, command) else {
        return;
    };
    permissions(context, "msg_perm", &status);
    context.format(format_args!(
        ", msg_stime={}, msg_rtime={}, msg_ctime={}, msg_qnum={}, msg_qbytes={}, \
         msg_lspid={}, msg_lrpid={}}}",
        field!(&status, Status, msg_stime, i64_at),
        field!(&status, Status, msg_rtime, i64_at),
        field!(&status, Status, msg_ctime, i64_at),
        field!(&status, Status, msg_qnum, u64_at),
        field!(&status, Status, msg_qbytes, u64_at),
        field!(&status, Status, msg_lspid, i32_at),
        field!(&status, Status, msg_lrpid, i32_at),
    ));
}

/// Whose it is; stands first in all three structures, which are left open.
fn permissions(context: &mut Context<'_>, name: &str, status: &[u8]) {
    type Permissions = libc::ipc_perm;
    let uid = field!(status, Permissions, uid, u32_at);
    let gid = field!(status, Permissions, gid, u32_at);
    context.format(format_args!("{{{name}={{uid={uid}, gid={gid}, mode="));
    context.mode(u32::from(field!(status, Permissions, mode, u16_at)));
    let key = field!(status, Permissions, __key, u32_at);
    let cuid = field!(status, Permissions, cuid, u32_at);
    let cgid = field!(status, Permissions, cgid, u32_at);
    context.format(format_args!(", key={key}, cuid={cuid}, cgid={cgid}}}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written, written_with};

    #[test]
    fn permissions_stand_behind_the_flags() {
        assert_eq!(written(|c| flags(c, 0o1600)), "IPC_CREAT|0600");
        assert_eq!(
            written(|c| shared_memory_flags(c, 0o6777)),
            "IPC_EXCL|SHM_HUGETLB|0777"
        );
        assert_eq!(written(|c| flags(c, 0)), "000");
    }

    #[test]
    fn a_message_has_a_type_and_a_text() {
        let mut bytes = 1_u64.to_ne_bytes().to_vec();
        bytes.extend(b"hello");
        let memory = Fake::default().with(0x1000, bytes);
        let text = written_with(&memory, [0, 0x1000, 5, 0, 0, 0], |c| message(c, 0x1000));
        assert_eq!(text, r#"{mtype=1, mtext="hello"}"#);
    }

    #[test]
    fn each_semaphore_has_its_change() {
        let numbers = [0_i16, 1, 0x1000, 1, -1, 0o4000];
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
        let memory = Fake::default().with(0x1000, bytes);
        let text = written_with(&memory, [0, 0x1000, 2, 0, 0, 0], |c| operations(c, 0x1000));
        assert_eq!(
            text,
            "[{sem_num=0, sem_op=1, sem_flg=SEM_UNDO}, \
             {sem_num=1, sem_op=-1, sem_flg=IPC_NOWAIT}]"
        );
    }
}
