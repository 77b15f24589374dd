//! What is known about a file system.

use nix::libc;

use crate::decode::Argument::{Fd, Out, Path};
use crate::decode::bytes::{field, u32_at, u64_at};
use crate::decode::named::{Choice, Flags};
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("statfs", &[Path, Out(statfs)]),
    Signature::new("fstatfs", &[Fd, Out(statfs)]),
];

/// From the kernel's `magic.h`: the commoner ones.
const TYPES: Choice = Choice {
    names: &[
        (0xef53, "EXT2_SUPER_MAGIC"),
        (0x0102_1994, "TMPFS_MAGIC"),
        (0x9fa0, "PROC_SUPER_MAGIC"),
        (0x6265_6572, "SYSFS_MAGIC"),
        (0x794c_7630, "OVERLAYFS_SUPER_MAGIC"),
        (0x9123_683e, "BTRFS_SUPER_MAGIC"),
        (0x5846_5342, "XFS_SUPER_MAGIC"),
        (0x1cd1, "DEVPTS_SUPER_MAGIC"),
        (0x27_e0eb, "CGROUP_SUPER_MAGIC"),
        (0x6367_7270, "CGROUP2_SUPER_MAGIC"),
        (0x6969, "NFS_SUPER_MAGIC"),
        (0x4d44, "MSDOS_SUPER_MAGIC"),
        (0x7371_7368, "SQUASHFS_MAGIC"),
        (0x9660, "ISOFS_SUPER_MAGIC"),
        (0x6462_6720, "DEBUGFS_MAGIC"),
        (0x7472_6163, "TRACEFS_MAGIC"),
        (0x958_458f6, "HUGETLBFS_MAGIC"),
        (0x8584_58f6, "RAMFS_MAGIC"),
        (0x6573_5546, "FUSE_SUPER_MAGIC"),
        (0x0102_1997, "V9FS_MAGIC"),
        (0x0187, "AUTOFS_SUPER_MAGIC"),
        (0x1980_0202, "MQUEUE_MAGIC"),
        (0x5049_5045, "PIPEFS_MAGIC"),
        (0x534f_434b, "SOCKFS_MAGIC"),
        (0x6e73_6673, "NSFS_MAGIC"),
        (0x7363_6673, "SECURITYFS_MAGIC"),
        (0xf97c_ff8c, "SELINUX_MAGIC"),
        (0xcafe_4a11, "BPF_FS_MAGIC"),
        (0xf2f5_2010, "F2FS_SUPER_MAGIC"),
        (0x0bad_1dea, "FUTEXFS_SUPER_MAGIC"),
        (0x09041934, "ANON_INODE_FS_MAGIC"),
    ],
    unknown: "???_MAGIC",
};

const FLAGS: Flags = Flags {
    names: &[
        (0x20, "ST_VALID"),
        (0x1, "ST_RDONLY"),
        (0x2, "ST_NOSUID"),
        (0x4, "ST_NODEV"),
        (0x8, "ST_NOEXEC"),
        (0x10, "ST_SYNCHRONOUS"),
        (0x40, "ST_MANDLOCK"),
        (0x400, "ST_NOATIME"),
        (0x800, "ST_NODIRATIME"),
        (0x1000, "ST_RELATIME"),
        (0x2000, "ST_NOSYMFOLLOW"),
    ],
    unknown: "ST_???",
};

/// `{f_type=EXT2_SUPER_MAGIC, f_bsize=4096, f_blocks=66053021, …}`
fn statfs(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<{ size_of::<libc::statfs>() }>(address) else {
        return context.address(address);
    };
    context.push("{f_type=");
    TYPES.write(context, field!(&bytes, libc::statfs, f_type, u64_at));
    for (name, value) in [
        ("f_bsize", field!(&bytes, libc::statfs, f_bsize, u64_at)),
        ("f_blocks", field!(&bytes, libc::statfs, f_blocks, u64_at)),
        ("f_bfree", field!(&bytes, libc::statfs, f_bfree, u64_at)),
        ("f_bavail", field!(&bytes, libc::statfs, f_bavail, u64_at)),
        ("f_files", field!(&bytes, libc::statfs, f_files, u64_at)),
        ("f_ffree", field!(&bytes, libc::statfs, f_ffree, u64_at)),
    ] {
        context.format(format_args!(", {name}={value}"));
    }
    let id = std::mem::offset_of!(libc::statfs, f_fsid);
    context.push(", f_fsid={val=[");
    context.hex(u64::from(u32_at(&bytes, id)));
    context.push(", ");
    context.hex(u64::from(u32_at(&bytes, id + 4)));
    let longest_name = field!(&bytes, libc::statfs, f_namelen, u64_at);
    let fragment = field!(&bytes, libc::statfs, f_frsize, u64_at);
    context.format(format_args!(
        "]}}, f_namelen={longest_name}, f_frsize={fragment}, f_flags="
    ));
    // The C library's structure has no name for the word behind the size of a fragment.
    let flags = std::mem::offset_of!(libc::statfs, f_frsize) + 8;
    FLAGS.write_wide(context, u64_at(&bytes, flags));
    context.push("}");
}
