//! Which protocols there are in a family.

use nix::libc;

use crate::decode::named::{self, named};
use crate::decode::{Context, sockaddr};

/// The third argument of socket(2), which means something else in each family.
pub(super) fn protocol(context: &mut Context<'_>, value: u64) {
    match context.registers[0] as i32 {
        libc::AF_INET | libc::AF_INET6 => INTERNET.write(context, value),
        libc::AF_NETLINK => NETLINK.write(context, value),
        libc::AF_PACKET => {
            sockaddr::write_ethernet_protocol(context, u16::from_be(value as u16));
        }
        libc::AF_BLUETOOTH => BLUETOOTH.write(context, value),
        _ => context.format(format_args!("{}", value as u32)),
    }
}

const INTERNET: named::Choice = named::Choice {
    names: named![
        IPPROTO_IP,
        IPPROTO_ICMP,
        IPPROTO_IGMP,
        IPPROTO_IPIP,
        IPPROTO_TCP,
        IPPROTO_EGP,
        IPPROTO_PUP,
        IPPROTO_UDP,
        IPPROTO_IDP,
        IPPROTO_TP,
        IPPROTO_DCCP,
        IPPROTO_IPV6,
        IPPROTO_RSVP,
        IPPROTO_GRE,
        IPPROTO_ESP,
        IPPROTO_AH,
        IPPROTO_ICMPV6,
        IPPROTO_MTP,
        IPPROTO_BEETPH,
        IPPROTO_ENCAP,
        IPPROTO_PIM,
        IPPROTO_COMP,
        IPPROTO_SCTP,
        IPPROTO_UDPLITE,
        IPPROTO_MPLS,
        IPPROTO_RAW,
        IPPROTO_MPTCP,
    ],
    unknown: "IPPROTO_???",
};

const NETLINK: named::Choice = named::Choice {
    names: named![
        NETLINK_ROUTE,
        NETLINK_USERSOCK,
        NETLINK_FIREWALL,
        NETLINK_SOCK_DIAG,
        NETLINK_NFLOG,
        NETLINK_XFRM,
        NETLINK_SELINUX,
        NETLINK_ISCSI,
        NETLINK_AUDIT,
        NETLINK_FIB_LOOKUP,
        NETLINK_CONNECTOR,
        NETLINK_NETFILTER,
        NETLINK_IP6_FW,
        NETLINK_DNRTMSG,
        NETLINK_KOBJECT_UEVENT,
        NETLINK_GENERIC,
        NETLINK_SCSITRANSPORT,
        NETLINK_ECRYPTFS,
        NETLINK_RDMA,
        NETLINK_CRYPTO,
    ],
    unknown: "NETLINK_???",
};

const BLUETOOTH: named::Choice = named::Choice {
    names: &[
        (0, "BTPROTO_L2CAP"),
        (1, "BTPROTO_HCI"),
        (2, "BTPROTO_SCO"),
        (3, "BTPROTO_RFCOMM"),
        (4, "BTPROTO_BNEP"),
        (5, "BTPROTO_CMTP"),
        (6, "BTPROTO_HIDP"),
        (7, "BTPROTO_AVDTP"),
        (8, "BTPROTO_ISO"),
    ],
    unknown: "BTPROTO_???",
};
