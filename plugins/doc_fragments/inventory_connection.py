# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the connection options where Ansible's configuration reads them: in the inventory."""

from __future__ import annotations


class ModuleDocFragment:
    """How an inventory reaches the SMC."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of the SMC API, such as V(https://smc.example.com:8082). Scheme, host and port only.
      - For a pair of Management Servers it is a list of their addresses, or a text with commas between them. The next one
        is tried if one cannot be reached or says that it is not the active one (O(standby_statuses)), which is a warning.
        This happens only up to the login, so no request that may have changed something is repeated.
    type: raw
    env: [{name: SMC_ADDRESS}]
    ini: [{section: ngfw_smc, key: url}]
  api_key:
    description:
      - Authentication key of an API client. It may be a vaulted value or a template, such as a lookup.
    type: str
    env: [{name: SMC_API_KEY}]
    ini: [{section: ngfw_smc, key: api_key}]
  username:
    description:
      - Name of an administrator, instead of O(api_key). Takes SMC 6.4 or later.
    type: str
    env: [{name: SMC_USERNAME}]
    ini: [{section: ngfw_smc, key: username}]
  password:
    description:
      - Password of the administrator. The API wants it in the query of a request, so use HTTPS.
    type: str
    env: [{name: SMC_PASSWORD}]
    ini: [{section: ngfw_smc, key: password}]
  domain:
    description:
      - Administrative domain to log in to. Without it the SMC chooses, normally the Shared Domain.
    type: str
    env: [{name: SMC_DOMAIN}]
    ini: [{section: ngfw_smc, key: domain}]
  api_version:
    description:
      - Version of the SMC API, in quotes because V(6.10) is not the number 6.1.
      - The default is the newest version that the SMC offers. One that it does not offer is an error.
    type: str
    env: [{name: SMC_API_VERSION}]
    ini: [{section: ngfw_smc, key: api_version}]
  validate_certs:
    description:
      - Whether to check the certificate of the SMC, its host name included.
    type: bool
    default: true
    ini: [{section: ngfw_smc, key: validate_certs}]
  ca_path:
    description:
      - File or folder with the certificates of the CAs to trust.
      - The default is E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) of the environment, otherwise the system's CAs, which
        E(SSL_CERT_FILE) and E(SSL_CERT_DIR) replace.
    type: str
    env: [{name: SMC_CA_PATH}]
    ini: [{section: ngfw_smc, key: ca_path}]
  connect_timeout:
    description:
      - How many seconds to wait for a connection.
    type: float
    default: 10.0
    ini: [{section: ngfw_smc, key: connect_timeout}]
  standby_statuses:
    description:
      - HTTP statuses of the answer to the first requests, up to the login, by which a Management Server says that it is not
        the active one. They matter only if O(url) has several addresses. C(docs/protocol.md) says what is known about them.
    type: list
    elements: int
    default: [404, 409, 503]
    ini: [{section: ngfw_smc, key: standby_statuses}]
requirements:
  - requests
notes:
  - The plugin uses the proxies from the environment variables E(http_proxy), E(https_proxy), E(all_proxy) and E(no_proxy),
    which may name networks. A proxy that is reached over TLS is not supported.
seealso:
  - name: SMC API User Guide
    description: The vendor's guide to the API.
    link: https://help.forcepoint.com/ngfw/en-us/7.0.0/smc_api_ug/GUID-392154EF.html
"""
