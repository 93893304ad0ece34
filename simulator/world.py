# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated world: elements, tables, the clock, and the hooks which change it.

Hooks may be called from any thread. Listeners hear of every change while the lock is held, so in the order of events.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from .block_list import BlockListTable
from .bulk import Bulk
from .clock import DEFAULT_START, Clock
from .elements import Domain, Elements, Engine, Node
from .entry import Change, Entry
from .fields import ACTIVE_ALERTS, BLOCK_LIST, CONNECTIONS, LOG, NEIGHBORS, ROUTING, SSLVPNV2, USERS, VPN_SA
from .table_alerts import AlertTable
from .table_connections import ConnectionTable
from .table_logs import LogTable
from .table_network import NeighborTable, RoutingTable
from .table_users import SslVpnTable, UserTable
from .table_vpn import VpnTable
from .tables import Table

_TABLES: dict[str, type[Table]] = {
    CONNECTIONS: ConnectionTable,
    VPN_SA: VpnTable,
    USERS: UserTable,
    SSLVPNV2: SslVpnTable,
    ROUTING: RoutingTable,
    NEIGHBORS: NeighborTable,
}
# Of so many connections only these few come and go.
_LIVE_CONNECTIONS = 40

Listener = Callable[[Change], None]
_T = TypeVar("_T", bound=Table)


class World:
    """Everything the simulated SMC knows of."""

    def __init__(
        self,
        *,
        product_version: str = "7.1",
        seed: int = 1,
        engines: int = 0,
        connections: int = 0,
        connections_engine: str = "Plano FW",
        jinja: bool = False,
        extra_engines: Iterable[tuple[str, str, str]] = (),
        start: int = DEFAULT_START,
    ) -> None:
        self.lock = threading.RLock()
        self.product_version = product_version
        self.product_7 = int(product_version.split(".", maxsplit=1)[0]) >= 7
        self.seed = seed
        self.clock = Clock(start, start)
        self.elements = Elements(engines=engines, jinja=jinja, extra=extra_engines, version=product_version, seed=seed)
        self._tables: dict[tuple[str, int], Table] = {}
        self._listeners: dict[tuple[str, int], list[Listener]] = {}
        self._bulk: Bulk | None = None
        self.saved_filters = {"Plano web traffic": "$Dport == 443 OR $Dport == 80", "Match all": "$NodeId == $NodeId"}
        if connections:
            engine = self.engine(connections_engine)
            self._bulk = Bulk(engine, max(0, connections - _LIVE_CONNECTIONS), start)
            table = self.table(CONNECTIONS, engine)
            entries = list(table.entries.values())[: min(connections, _LIVE_CONNECTIONS)]
            while len(entries) < min(connections, _LIVE_CONNECTIONS):
                table.entries = {entry.identity: entry for entry in [*entries, *table.first()]}
                entries = list(table.entries.values())[: min(connections, _LIVE_CONNECTIONS)]
            table.entries = {entry.identity: entry for entry in entries}

    # -- looking

    def engine(self, name: str) -> Engine:
        """The engine of that name, whatever its domain."""
        found = self.elements.by_name(name)
        if found is None:
            raise KeyError(name)
        return found

    def table(self, definition: str, owner: Engine | Domain) -> Table:
        """A table, as it is now."""
        with self.lock:
            table = self._tables.get((definition, owner.key))
            if table is None:
                table = self._tables[definition, owner.key] = self._make(definition, owner)
            self._notify(definition, owner.key, table.advance(self.clock.now))
            return table

    def _make(self, definition: str, owner: Engine | Domain) -> Table:
        start = self.clock.start
        if isinstance(owner, Domain):
            kind = LogTable if definition == LOG else AlertTable
            return kind(owner, list(self.elements.of_domain(owner)), self.seed, start)
        if definition == BLOCK_LIST:
            made: Table = BlockListTable(owner, self.seed, start, product_7=self.product_7)
        else:
            made = _TABLES[definition](owner, self.seed, start)
        if not owner.busy or not any(node.online for node in owner.nodes):
            made.entries.clear()
        return made

    def block_list(self, engine: Engine) -> BlockListTable:
        """The engine's block list."""
        table = self.table(BLOCK_LIST, engine)
        assert isinstance(table, BlockListTable)
        return table

    def entries(self, definition: str, owner: Engine | Domain) -> list[Entry]:
        """What a table holds now, without the crowd of connections."""
        with self.lock:
            return self.table(definition, owner).snapshot()

    def bulk(self, definition: str, owner: Engine | Domain) -> Bulk | None:
        """The crowd of connections, where there is one."""
        if (
            definition == CONNECTIONS
            and self._bulk is not None
            and self._bulk.engine is owner
            and owner.nodes[0].online
        ):
            return self._bulk
        return None

    # -- listening

    def listen(self, definition: str, owner: Engine | Domain, listener: Listener) -> Callable[[], None]:
        """Call `listener` for every change of a table; returns how to stop."""
        with self.lock:
            self._listeners.setdefault((definition, owner.key), []).append(listener)

        def stop() -> None:
            with self.lock:
                self._listeners[definition, owner.key].remove(listener)

        return stop

    def _notify(self, definition: str, key: int, changes: Iterable[Change]) -> None:
        listeners = self._listeners.get((definition, key))
        if listeners:
            for change in changes:
                if change.entry.node.online or change.kind == "deleted":
                    for listener in listeners:
                        listener(change)

    # -- hooks

    def advance(self, seconds: float) -> None:
        """Let time pass; whoever listens hears what it brings."""
        with self.lock:
            self.clock.advance(seconds)
            for (definition, key), listeners in self._listeners.items():
                table = self._tables.get((definition, key))
                if listeners and table is not None:
                    self._notify(definition, key, table.advance(self.clock.now))

    def change_route(self, engine: str, network: str, gateway: str | None = None, *, remove: bool = False) -> None:
        """Another gateway for a network, a new route, or one less."""
        table = self._owned(ROUTING, engine, RoutingTable)
        with self.lock:
            self._notify(ROUTING, table.engine.key, table.change(network, gateway=gateway, remove=remove))

    def drop_vpn_tunnel(self, engine: str, peer: str) -> None:
        """The tunnel to a peer goes down until it is restored."""
        table = self._owned(VPN_SA, engine, VpnTable)
        with self.lock:
            self._notify(VPN_SA, table.engine.key, table.drop(peer))

    def restore_vpn_tunnel(self, engine: str, peer: str) -> None:
        """The tunnel comes up again."""
        table = self._owned(VPN_SA, engine, VpnTable)
        with self.lock:
            self._notify(VPN_SA, table.engine.key, table.restore(peer))

    def delete_vpn_sa(self, engine: Engine, tail: str) -> bool:
        """Delete an SA; it is negotiated again."""
        table = self._owned(VPN_SA, engine.name, VpnTable)
        with self.lock:
            changes = table.delete(tail)
            self._notify(VPN_SA, engine.key, changes or [])
            return changes is not None

    def add_alert(self, severity: str = "Critical", situation: str = "Test_Alert", engine: str = "Plano FW") -> None:
        """An alert in the domain of the engine."""
        sender = self.engine(engine)
        with self.lock:
            table = self.table(ACTIVE_ALERTS, sender.domain)
            assert isinstance(table, AlertTable)
            self._notify(ACTIVE_ALERTS, sender.domain.key, table.add(severity, situation, sender))

    def log(self, domain: Domain) -> LogTable:
        """The log of a domain."""
        table = self.table(LOG, domain)
        assert isinstance(table, LogTable)
        return table

    def add_log(self, engine: str = "Plano FW", **values: Any) -> None:
        """An entry in the log of the engine's domain; `values` are those of its fields that matter, by the fields' names."""
        sender = self.engine(engine)
        with self.lock:
            self._notify(LOG, sender.domain.key, self.log(sender.domain).add(sender, values))

    def set_node(self, engine: str, node: int = 1, *, online: bool = False) -> None:
        """Take a node offline, or back; tables whose last node goes fall silent."""
        with self.lock:
            self._node(engine, node).online = online

    def block(self, engine: str, *bodies: dict[str, Any]) -> None:
        """Add block-list entries as the API does."""
        owner = self.engine(engine)
        for body in bodies:
            self.add_block_list(owner, body)

    def add_block_list(self, engine: Engine, body: dict[str, Any]) -> None:
        """One entry of a request."""
        with self.lock:
            self._notify(BLOCK_LIST, engine.key, self.block_list(engine).add(body, self.clock.now))

    def delete_block_list(self, engine: Engine, tail: str) -> bool:
        """Delete an entry; False when there is none."""
        with self.lock:
            changes = self.block_list(engine).delete(tail)
            self._notify(BLOCK_LIST, engine.key, changes)
            return bool(changes)

    def flush_block_list(self, engine: Engine) -> None:
        """Delete all entries."""
        with self.lock:
            self._notify(BLOCK_LIST, engine.key, self.block_list(engine).flush())

    def lose_block_list(self, engine: str, tail: str, node: int) -> None:
        """One node forgets an entry."""
        owner = self.engine(engine)
        with self.lock:
            self._notify(BLOCK_LIST, owner.key, self.block_list(owner).lose(tail, self._node(engine, node)))

    def clear(self, definition: str, target: str) -> None:
        """Empty a table, as if all its entries went."""
        owner: Engine | Domain = self.elements.domains[target] if definition == ACTIVE_ALERTS else self.engine(target)
        with self.lock:
            table = self.table(definition, owner)
            gone = [table.apply(table.gone(entry)) for entry in list(table.entries.values())]
            self._notify(definition, owner.key, gone)

    def _node(self, engine: str, number: int) -> Node:
        for node in self.engine(engine).nodes:
            if node.node_id == number:
                return node
        raise KeyError(f"{engine} node {number}")

    def _owned(self, definition: str, engine: str, kind: type[_T]) -> _T:
        table = self.table(definition, self.engine(engine))
        assert isinstance(table, kind)
        return table

    def hooks(self) -> Iterator[str]:
        """The hooks that can be called over HTTP."""
        return iter(
            (
                "change_route",
                "drop_vpn_tunnel",
                "restore_vpn_tunnel",
                "add_alert",
                "add_log",
                "set_node",
                "block",
                "lose_block_list",
                "clear",
            )
        )
