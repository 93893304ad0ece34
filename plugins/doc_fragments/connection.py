# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the options that every plugin shares."""

from __future__ import annotations


class ModuleDocFragment:
    """How to reach the SMC."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of the SMC API, such as V(https://smc.example.com:8082). Scheme, host and port only.
      - For a pair of Management Servers it is a list of their addresses, or a text with commas between them. The next one
        is tried if one cannot be reached or says that it is not the active one (O(standby_statuses)), which is a warning.
        This happens only up to the login, so no request that may have changed something is repeated.
      - If not set, the environment variable E(SMC_ADDRESS) is used.
    type: raw
  api_key:
    description:
      - Authentication key of an API client.
      - White space, quotes and a byte order mark around this and the other options are ignored, except for O(password).
      - If not set, the environment variable E(SMC_API_KEY) is used, unless the task says O(username) or O(password).
    type: str
  username:
    description:
      - Name of an administrator, instead of O(api_key). Needs SMC 6.4 or later.
      - If not set, the environment variable E(SMC_USERNAME) is used, unless the task says O(api_key).
    type: str
  password:
    description:
      - Password of the administrator. The API wants it in the query of a request, so use HTTPS.
      - If not set, the environment variable E(SMC_PASSWORD) is used.
    type: str
  domain:
    description:
      - Administrative domain to log in to. Without it the SMC chooses, normally the Shared Domain.
      - If not set, the environment variable E(SMC_DOMAIN) is used.
    type: str
  api_version:
    description:
      - Version of the SMC API, in quotes because V(6.10) is not the number 6.1.
      - The default is the newest version that the SMC offers. One that it does not offer is an error.
      - If not set, the environment variable E(SMC_API_VERSION) is used.
    type: str
  validate_certs:
    description:
      - Whether to check the certificate of the SMC, its host name included, for HTTP and WebSocket alike.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the certificates of the CAs to trust, for HTTP and WebSocket.
      - The default is E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) of the environment, otherwise the system's CAs, which
        E(SSL_CERT_FILE) and E(SSL_CERT_DIR) replace.
      - If not set, the environment variable E(SMC_CA_PATH) is used.
    type: path
  connect_timeout:
    description:
      - How many seconds to wait for a connection.
    type: float
    default: 10.0
  standby_statuses:
    description:
      - HTTP statuses of the answer to the first requests, up to the login, by which a Management Server says that it is not
        the active one. They matter only if O(url) has several addresses. C(docs/protocol.md) says what is known about them.
    type: list
    elements: int
    default: [404, 409, 503]
  session:
    description:
      - A session to use, as RV(ngfw.smc.login#module:session) gives it, instead of a login of the task's own.
      - It is not logged out at the end of the task. When it has expired, it is replaced by one new login if
        credentials are given too.
      - The URL and the API version are the session's, so they need not be given.
    type: dict
    suboptions:
      url:
        description: Where the session was opened.
        type: str
        required: true
      api_version:
        description: API version of the session.
        type: str
        required: true
      product_version:
        description: The newest API version that the SMC offers.
        type: str
      domain:
        description: Administrative domain of the session.
        type: str
      cookie:
        description: The session's cookie, if it has one.
        type: str
      token:
        description: The session's token, if it has one.
        type: str
requirements:
  - requests
  - websocket-client
notes:
  - Each connection option except O(session) can also be a variable of the host, C(smc_) and the name of the option, such as
    C(smc_url), C(smc_api_key), C(smc_username), C(smc_password), C(smc_domain), C(smc_api_version), C(smc_validate_certs),
    C(smc_ca_path) and C(smc_connect_timeout), or in the section C([ngfw_smc]) of C(ansible.cfg), such as C(url). The order is
    task, C(module_defaults), variables, environment, C(ansible.cfg).
  - HTTP and WebSocket use the proxies from the environment variables E(http_proxy), E(https_proxy), E(all_proxy) and
    E(no_proxy), which may name networks. A proxy that is reached over TLS is not supported.
  - With a local connection the work runs inside the controller process. No module is sent, and C(become) makes no
    difference. With any other connection the module runs on the remote host, which must have the Python libraries.
seealso:
  - name: SMC API User Guide
    description: The vendor's guide to the API.
    link: https://help.forcepoint.com/ngfw/en-us/7.0.0/smc_api_ug/GUID-392154EF.html
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/ngfw.smc.smc) in C(module_defaults) to set the connection options once for a play.
    support: full
    membership:
      - ngfw.smc.smc
"""
