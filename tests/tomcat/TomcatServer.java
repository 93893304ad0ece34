// SPDX-FileCopyrightText: 2026 The ngfw.smc authors
// SPDX-License-Identifier: GPL-3.0-or-later

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.filters.CorsFilter;
import org.apache.catalina.session.StandardManager;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.json.JSONParser;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.websocket.server.WsContextListener;
import org.apache.tomcat.websocket.server.WsServerContainer;

/**
 * The web server that a real SMC embeds, serving the files that export.py wrote.
 *
 * HTTP sessions, the CORS filter, the WebSocket container, limits and timeouts are Tomcat's own; only what is asked for
 * and answered is ours. Arguments are name=value: see SETTINGS. Prints one JSON line when it is ready; SIGTERM stops it
 * as Tomcat stops.
 */
public final class TomcatServer extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /**
     * folder: what export.py wrote. base: a folder for Tomcat's own files. tls: a PEM file with key and certificate.
     * apiKey, username, password: what a login needs. end: whether a fetch ends with the server's end message.
     * holdAfter: messages of a fetch after which nothing more is sent, -1 for none. delay: milliseconds before each.
     * anonymous: whether a request without a session begins one, to which nobody is logged in. socketIdle: milliseconds
     * until an idle socket is closed. sessionSeconds: until an idle session ends. principal: whether the sessions are
     * the container's, which closes a session's sockets when it ends. The others are Tomcat's.
     */
    private static final Map<String, String> SETTINGS = new ConcurrentHashMap<>(Map.ofEntries(
        Map.entry("folder", ""), Map.entry("base", ""), Map.entry("tls", ""), Map.entry("apiKey", ""),
        Map.entry("username", ""), Map.entry("password", ""), Map.entry("end", "true"), Map.entry("holdAfter", "-1"),
        Map.entry("delay", "0"), Map.entry("anonymous", "false"),
        Map.entry("socketIdle", "0"), Map.entry("sessionSeconds", "1800"), Map.entry("principal", "true"),
        Map.entry("maxPostSize", "2097152"), Map.entry("maxConnections", "8192"), Map.entry("acceptCount", "100")));

    private static final Map<String, String> FIRST = new ConcurrentHashMap<>();
    private static final Map<String, HttpSession> SESSIONS = new ConcurrentHashMap<>();
    private static final Map<String, AtomicInteger> COUNTS = new ConcurrentHashMap<>();
    private static final List<String> CLOSES = Collections.synchronizedList(new ArrayList<>());
    private static final AtomicInteger FETCHES = new AtomicInteger();

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_ ]+");

    public static void main(String[] arguments) throws Exception {
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts.length != 2 || SETTINGS.replace(parts[0], parts[1]) == null) {
                throw new IllegalArgumentException("unknown setting " + argument);
            }
        }
        FIRST.putAll(SETTINGS);
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(setting("base"));
        Connector connector = connector();
        tomcat.setConnector(connector);
        Context context = context();
        tomcat.getHost().addChild(context);
        Tomcat.addServlet(context, "smc", new TomcatServer()).addMapping("/*");
        // Tomcat looks for what is idle every ten seconds, and for sessions every sixty; a test should not wait so long.
        tomcat.getEngine().setBackgroundProcessorDelay(1);
        StandardManager sessions = new StandardManager();
        sessions.setProcessExpiresFrequency(1);
        context.setManager(sessions);
        tomcat.start();
        sockets(context.getServletContext()).setProcessPeriod(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                tomcat.stop();
                tomcat.destroy();
            } catch (Exception problem) {
                problem.printStackTrace();
            }
        }));
        String scheme = setting("tls").isEmpty() ? "http" : "https";
        System.out.println("{\"url\": \"" + scheme + "://127.0.0.1:" + connector.getLocalPort() + "\"}");
        while (System.in.read() >= 0) {
            // Nothing is ever written there. It ends with whoever started this, so that no server is left behind.
        }
        System.exit(0);
    }

    /** By hand, because Tomcat.addContext looks for annotations, whose classes Debian has in another package. */
    private static Context context() {
        Context context = new StandardContext();
        context.setPath("");
        context.setIgnoreAnnotations(true);
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                context.setConfigured(true);
            }
        });
        context.addApplicationListener(WsContextListener.class.getName());
        context.addApplicationListener(SessionCounter.class.getName());
        FilterDef cors = new FilterDef();
        cors.setFilterName("cors");
        cors.setFilterClass(CorsFilter.class.getName());
        context.addFilterDef(cors);
        FilterMap everywhere = new FilterMap();
        everywhere.setFilterName("cors");
        everywhere.addURLPattern("/*");
        context.addFilterMap(everywhere);
        return context;
    }

    private static Connector connector() {
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxConnections", setting("maxConnections"));
        connector.setProperty("acceptCount", setting("acceptCount"));
        connector.setMaxPostSize(Integer.parseInt(setting("maxPostSize")));
        if (!setting("tls").isEmpty()) {
            SSLHostConfig host = new SSLHostConfig();
            SSLHostConfigCertificate pair = new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
            pair.setCertificateFile(setting("tls"));
            pair.setCertificateKeyFile(setting("tls"));
            host.addCertificate(pair);
            connector.addSslHostConfig(host);
            connector.setSecure(true);
            connector.setScheme("https");
            connector.setProperty("SSLEnabled", "true");
        }
        return connector;
    }

    private static WsServerContainer sockets(ServletContext context) {
        return (WsServerContainer) context.getAttribute(ServerContainer.class.getName());
    }

    private static String setting(String name) {
        return SETTINGS.get(name);
    }

    private static void count(String what, int by) {
        COUNTS.computeIfAbsent(what, unused -> new AtomicInteger()).addAndGet(by);
    }

    // -- HTTP

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getRequestURI();
        String method = request.getMethod();
        if (path.startsWith("/tomcat/")) {
            control(path.substring("/tomcat/".length()), request, response);
        } else if (method.equals("GET") && (path.equals("/api") || path.equals("/7.1/api"))) {
            document(path, "", response);
        } else if (method.equals("POST") && (path.equals("/7.1/login") || path.equals("/7.1/lms_login"))) {
            login(path, request, response);
        } else if (user(request) == null) {
            count("refused", 1);
            error(response, 401, "No valid session was found for this request.");
        } else if (method.equals("PUT") && path.equals("/7.1/logout")) {
            request.getSession(false).invalidate();
            count("logouts", 1);
            response.setStatus(204);
        } else if (method.equals("GET") && path.equals("/7.1/monitoring/session/socket")) {
            upgrade(request, response);
        } else if (method.equals("GET") && path.equals("/7.1/elements")) {
            search(request, response);
        } else if (method.equals("POST") && path.endsWith("/block_list")) {
            add(request, response);
        } else if (method.equals("GET")) {
            document(path, "False".equalsIgnoreCase(request.getParameter("full")) ? ".keys" : "", response);
        } else {
            error(response, 405, "Method not allowed.");
        }
    }

    private static Principal user(HttpServletRequest request) {
        HttpSession session = request.getSession(Boolean.parseBoolean(setting("anonymous")));
        return session == null ? null : (Principal) session.getAttribute("user");
    }

    private static void login(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String user = null;
        if (path.endsWith("/lms_login")) {
            boolean right = setting("password").equals(request.getParameter("pwd"));
            user = right && setting("username").equals(request.getParameter("login")) ? setting("username") : null;
        } else if (setting("apiKey").equals(parsed(text(request)).get("authenticationkey"))) {
            user = "api-client";
        }
        if (user == null) {
            error(response, 401, "The credentials are not valid.");
            return;
        }
        HttpSession session = request.getSession(true);
        session.setMaxInactiveInterval(Integer.parseInt(setting("sessionSeconds")));
        String name = user;
        session.setAttribute("user", (Principal) () -> name);
        count("logins", 1);
        answer(response, 200, "{}");
    }

    private static void search(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String context = request.getParameter("filter_context");
        String filter = request.getParameter("filter");
        boolean exact = "true".equalsIgnoreCase(request.getParameter("exact_match"));
        String wanted = Pattern.quote(filter == null ? "*" : filter).replace("*", "\\E.*\\Q");
        Pattern pattern = Pattern.compile(exact ? wanted : ".*" + wanted + ".*", Pattern.DOTALL);
        List<String> found = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(setting("folder"), "elements.jsonl"))) {
            Map<String, Object> item = parsed(line);
            boolean engine = Files.isDirectory(Path.of(setting("folder"), "tables", (String) item.get("name")))
                && !"admin_domain".equals(item.get("type"));
            boolean there = context == null || context.equals(item.get("type"))
                || (context.equals("engine_clusters") && engine);
            if (there && pattern.matcher((String) item.get("name")).matches()) {
                found.add(line);
            }
        }
        answer(response, 200, "{\"result\":[" + String.join(",", found) + "]}");
    }

    /** Tomcat itself holds forms to maxPostSize; this holds JSON to it as well, and answers before it has read it. */
    private static void add(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getContentLengthLong() > Integer.parseInt(setting("maxPostSize"))) {
            count("too_large", 1);
            error(response, 413, "The request is larger than maxPostSize.");
            return;
        }
        count("added", text(request).split("\"end_point1\"", -1).length - 1);
        response.setStatus(201);
    }

    private static void document(String path, String kind, HttpServletResponse response) throws IOException {
        Path folder = Path.of(setting("folder"), "documents").toAbsolutePath();
        Path file = folder.resolve(path.substring(1) + kind + ".json").normalize();
        Path refusal = folder.resolve(path.substring(1) + kind + ".error.json").normalize();
        if (file.startsWith(folder) && Files.isRegularFile(file)) {
            answer(response, 200, Files.readString(file));
        } else if (refusal.startsWith(folder) && Files.isRegularFile(refusal)) {
            String words = Files.readString(refusal);
            answer(response, Integer.parseInt((String) parsed(words).get("status")), words);
        } else {
            error(response, 404, "There is no " + path + ".");
        }
    }

    private static void control(String what, HttpServletRequest request, HttpServletResponse response)
        throws IOException {
        if (what.equals("expire")) {
            SESSIONS.values().forEach(HttpSession::invalidate);
        } else if (what.equals("reset")) {
            SETTINGS.putAll(FIRST);
        } else if (what.equals("set")) {
            request.getParameterMap().forEach((name, values) -> SETTINGS.replace(name, values[0]));
        }
        List<String> parts = new ArrayList<>();
        COUNTS.forEach((name, number) -> parts.add("\"" + name + "\": " + number));
        parts.add("\"sessions\": " + SESSIONS.size());
        synchronized (CLOSES) {
            parts.add("\"closes\": [" + String.join(", ", CLOSES) + "]");
        }
        answer(response, 200, "{" + String.join(", ", parts) + "}");
    }

    private static String text(HttpServletRequest request) throws IOException {
        return new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> parsed(String text) {
        try {
            return new JSONParser(text).object();
        } catch (Exception problem) {
            return Map.of();
        }
    }

    private static void error(HttpServletResponse response, int status, String message) throws IOException {
        answer(response, status, "{\"status\": \"" + status + "\", \"message\": \"" + message.replace("\"", "'") + "\"}");
    }

    private static void answer(HttpServletResponse response, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Told by Tomcat of every session that begins and ends, for whatever reason. */
    public static final class SessionCounter implements HttpSessionListener {
        @Override
        public void sessionCreated(HttpSessionEvent event) {
            SESSIONS.put(event.getSession().getId(), event.getSession());
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            SESSIONS.remove(event.getSession().getId());
        }
    }

    // -- WebSocket

    private void upgrade(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpServletRequest asUser = new HttpServletRequestWrapper(request) {
            @Override
            public Principal getUserPrincipal() {
                return Boolean.parseBoolean(setting("principal")) ? user(request) : null;
            }
        };
        try {
            sockets(getServletContext()).upgradeHttpToWebSocket(asUser, response,
                ServerEndpointConfig.Builder.create(Monitoring.class, request.getRequestURI()).build(), Map.of());
        } catch (Exception problem) {
            throw new IOException(problem);
        }
    }

    /** The session channel, without filters and choice of fields: a table is sent as it lies in its file. */
    public static final class Monitoring extends Endpoint implements MessageHandler.Whole<String> {
        private Session socket;

        @Override
        public void onOpen(Session opened, EndpointConfig unused) {
            socket = opened;
            socket.setMaxIdleTimeout(Long.parseLong(setting("socketIdle")));
            socket.addMessageHandler(String.class, this);
            count("sockets", 1);
            count("sockets_open", 1);
        }

        @Override
        public void onMessage(String text) {
            Map<String, Object> message = parsed(text);
            if (message.containsKey("abort")) {
                count("aborts", 1);
            } else if (message.get("query") instanceof Map<?, ?> query) {
                // The thread that reads must be free to read an abort.
                new Thread(() -> fetch(String.valueOf(query.get("definition")), String.valueOf(query.get("target"))))
                    .start();
            } else {
                send("{\"failure\": \"No query was given before the fetch\"}");
            }
        }

        private void fetch(String definition, String target) {
            Path file = Path.of(setting("folder"), "tables", target, definition + ".jsonl");
            if (!NAME.matcher(target + definition).matches() || !Files.isRegularFile(file)) {
                send("{\"failure\": \"Impossible to find the target of the session monitoring\"}");
                return;
            }
            int number = FETCHES.incrementAndGet();
            count("fetches", 1);
            send("{\"success\": \"Fetch started\", \"fetch\": " + number + "}");
            int left = Integer.parseInt(setting("holdAfter"));
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                String line;
                while (left-- != 0 && (line = lines.readLine()) != null) {
                    String rest = line.substring(line.indexOf(','));
                    if (rest.startsWith(",\"end\"") && !Boolean.parseBoolean(setting("end"))) {
                        return;
                    }
                    Thread.sleep(Long.parseLong(setting("delay")));
                    if (!send("{\"fetch\":" + number + rest)) {
                        return;
                    }
                }
            } catch (IOException | InterruptedException problem) {
                problem.printStackTrace();
            }
        }

        private boolean send(String text) {
            try {
                // Two fetches may share a socket, but not a message.
                synchronized (socket) {
                    socket.getBasicRemote().sendText(text);
                }
                count("messages", 1);
                return true;
            } catch (IOException | IllegalStateException gone) {
                // The client has what it came for, or Tomcat closed the socket.
                return false;
            }
        }

        @Override
        public void onClose(Session closed, CloseReason reason) {
            count("sockets_open", -1);
            CLOSES.add(String.valueOf(reason.getCloseCode().getCode()));
        }

        @Override
        public void onError(Session broken, Throwable problem) {
            count("socket_errors", 1);
        }
    }
}
