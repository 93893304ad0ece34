# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the options that say by which interfaces of the SMC a table is read."""

from __future__ import annotations


class ModuleDocFragment:
    """Which interfaces are used."""

    DOCUMENTATION = r"""
options:
  corroborate:
    description:
      - When to compare a table with what the polling interface lists, which SMC 7.1 and later have beside the socket.
        The polling interface says itself whether its answer is complete.
      - With V(auto), a table is compared if nothing but time ended it, which is silence, or a signal that needs a quiet
        period. If there is no polling interface, or it cannot tell, the table is returned nevertheless. With V(always),
        each table is compared, entry by entry if it has at most 20,000, and one that cannot be compared is an error.
        With V(never), the polling interface is not asked at all, so an empty table takes O(first_entry_timeout).
      - If the polling interface lists more entries than the socket sent, the table is read once more. If entries are
        still missing, the table fails with the kind C(incomplete) and the numbers.
      - If not set, the variable C(smc_corroborate) of the host is used, then the environment variable
        E(SMC_CORROBORATE), then C(corroborate) in the section C([ngfw_smc]) of C(ansible.cfg).
    type: str
    choices: [auto, always, never]
    default: auto
"""

    TRANSPORT = r"""
options:
  transport:
    description:
      - By which interface of the SMC a table is read. V(socket) is the monitoring socket of every SMC, and V(polling) is
        the polling interface of SMC 7.1 and later, which takes no filter. With V(auto), the socket is used, and if it
        cannot be opened, for example because a proxy or the permissions do not allow it, the polling interface, with a
        warning.
      - If not set, the variable C(smc_transport) of the host is used, then the environment variable E(SMC_TRANSPORT),
        then C(transport) in the section C([ngfw_smc]) of C(ansible.cfg).
    type: str
    choices: [auto, socket, polling]
    default: auto
"""
