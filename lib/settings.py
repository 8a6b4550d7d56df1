"""Every setting, its default and what it does; README shows this table."""

import hashlib
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Read from the environment once per process; see `settings()`."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True)

    database_url: str = Field(
        "", alias="DATABASE_URL", description="PostgreSQL with pgvector; empty: embedded"
    )
    redis_url: str = Field(
        "", alias="REDIS_URL", description="Redis behind the in-process cache; empty: none"
    )
    home: Path = Field(
        ROOT / ".mealprep", alias="MEALPREP_HOME", description="Data, keys, logs and models"
    )
    http_host: str = Field(
        "127.0.0.1", alias="MEALPREP_HTTP_HOST", description="Address that `make up` listens on"
    )
    http_port: int = Field(
        8000, alias="MEALPREP_HTTP_PORT", ge=1, le=65535, description="HTTP port of `make up`"
    )
    dashboard_port: int = Field(
        8265, alias="MEALPREP_DASHBOARD_PORT", ge=1, le=65535, description="Ray dashboard, loopback"
    )
    port_base: int = Field(
        20000,
        alias="MEALPREP_PORT_BASE",
        ge=1024,
        le=64000,
        description="First of the thousand ports that Ray and HAProxy use among themselves",
    )
    haproxy: bool = Field(
        True, alias="MEALPREP_HAPROXY", description="HAProxy ingress and throughput mode"
    )
    object_store_mb: int = Field(
        0, alias="MEALPREP_OBJECT_STORE_MB", ge=0, description="Ray object store; 0: by machine"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="MEALPREP_LOG_LEVEL", description="Level of the JSON log"
    )
    max_body_bytes: int = Field(
        1_048_576, alias="MEALPREP_MAX_BODY_BYTES", gt=0, description="Largest JSON request body"
    )
    max_in_flight: int = Field(
        64,
        alias="MEALPREP_MAX_IN_FLIGHT",
        gt=0,
        description="Requests that a replica works on at once; more get 429",
    )
    db_pool_size: int = Field(
        10,
        alias="MEALPREP_DB_POOL_SIZE",
        gt=0,
        description="Connections per process for requests that write, and for those that only read",
    )
    db_timeout_s: int = Field(
        10, alias="MEALPREP_DB_TIMEOUT_S", gt=0, description="Longest statement of a request"
    )
    cache_ttl_s: int = Field(
        600, alias="MEALPREP_CACHE_TTL_S", ge=0, description="How long cached answers live"
    )
    embedding_model: str = Field(
        "",
        alias="MEALPREP_EMBEDDING_MODEL",
        description="Folder of a sentence-transformers model; empty: bundled all-MiniLM-L6-v2",
    )
    index_poll_s: float = Field(
        10.0, alias="MEALPREP_INDEX_POLL_S", gt=0, description="How often changed rows are sought"
    )
    fetch_allow: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (),
        alias="MEALPREP_FETCH_ALLOW",
        description="Private networks that URLs may point into, as CIDRs",
    )

    image_store: str = Field(
        "",
        alias="MEALPREP_IMAGE_STORE",
        description="Folder or bucket of images, as `s3://bucket/prefix`; empty: in MEALPREP_HOME",
    )
    image_sources: str = Field(
        "",
        alias="MEALPREP_IMAGE_SOURCES",
        description="Folders and bucket prefixes that `image-batch` may read, comma-separated",
    )
    image_max_bytes: int = Field(
        30_000_000, alias="MEALPREP_IMAGE_MAX_BYTES", gt=0, description="Largest image file"
    )
    image_batch_bytes: int = Field(
        536_870_912,
        alias="MEALPREP_IMAGE_BATCH_BYTES",
        gt=0,
        description="Largest body of a batch of images; it is kept on disk",
    )
    image_max_megapixels: int = Field(
        100, alias="MEALPREP_IMAGE_MAX_MEGAPIXELS", gt=0, description="Most pixels of an image"
    )
    image_max_frames: int = Field(
        1000, alias="MEALPREP_IMAGE_MAX_FRAMES", gt=0, description="Longest animation"
    )
    image_memory_mb: int = Field(
        1024,
        alias="MEALPREP_IMAGE_MEMORY_MB",
        gt=0,
        description="Memory that decoding one image may take",
    )
    image_timeout_s: float = Field(
        30.0, alias="MEALPREP_IMAGE_TIMEOUT_S", gt=0, description="Longest work on one image"
    )

    report_timeout_s: float = Field(
        120.0, alias="MEALPREP_REPORT_TIMEOUT_S", gt=0, description="Longest drawing of one report"
    )
    report_memory_mb: int = Field(
        1024,
        alias="MEALPREP_REPORT_MEMORY_MB",
        gt=0,
        description="Memory that drawing one report may take",
    )

    openai_api_key: str = Field(
        "", alias="OPENAI_API_KEY", description="Key of the model provider; empty: the composer answers"
    )
    openai_base_url: str = Field(
        "",
        alias="OPENAI_BASE_URL",
        description="Address of a server that speaks OpenAI's protocol; empty: the table's",
    )
    ai_model: str = Field(
        "",
        alias="MEALPREP_AI_MODEL",
        description="Model of the first provider; empty: the table's",
    )
    ai_image_model: str = Field(
        "",
        alias="MEALPREP_AI_IMAGE_MODEL",
        description="Picture model of the first provider; empty: the table's",
    )
    ai_protocol: Literal["auto", "responses", "chat"] = Field(
        "auto",
        alias="MEALPREP_AI_PROTOCOL",
        description="Responses or Chat Completions; auto: as the table says of the model",
    )
    ai_models: Path = Field(
        ROOT / "data" / "ai_models.yaml",
        alias="MEALPREP_AI_MODELS",
        description="Table of providers, models, prices and capabilities",
    )
    ai_budget_usd: float = Field(
        10.0,
        alias="MEALPREP_AI_BUDGET_USD",
        ge=0,
        description="Most that models may cost in a month",
    )
    ai_timeout_s: float = Field(
        90.0, alias="MEALPREP_AI_TIMEOUT_S", gt=0, description="Longest wait for one answer of a model"
    )
    ai_retries: int = Field(
        2, alias="MEALPREP_AI_RETRIES", ge=0, le=10, description="Tries after a provider's first failure"
    )
    ai_cache_ttl_s: int = Field(
        86_400,
        alias="MEALPREP_AI_CACHE_TTL_S",
        ge=0,
        description="How long a model's answer is given again to the same request",
    )
    ai_nearness: float = Field(
        0.93,
        alias="MEALPREP_AI_NEARNESS",
        ge=0,
        le=1,
        description="Least cosine of two requests' words where one's answer does for both; 1: none does",
    )

    app_url: str = Field(
        "",
        alias="MEALPREP_APP_URL",
        description="Where people use the app; what is linked in mails begins so; empty: nothing is",
    )
    mail_from: str = Field(
        "",
        alias="MEALPREP_MAIL_FROM",
        description="Sender of mails, as `MealPrep360 <plans@example.com>`",
    )
    mail_unsubscribe: str = Field(
        "",
        alias="MEALPREP_MAIL_UNSUBSCRIBE",
        description="Where people stop mails, `https:` or `mailto:`; `{user}` in it becomes their id",
    )
    smtp_host: str = Field(
        "", alias="MEALPREP_SMTP_HOST", description="Mail server; empty: no mail is sent"
    )
    smtp_port: int = Field(
        587, alias="MEALPREP_SMTP_PORT", ge=1, le=65535, description="Its port; 465 is usual for tls"
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        alias="MEALPREP_SMTP_SECURITY",
        description="TLS after a greeting, from the first byte, or none, which goes without a password",
    )
    smtp_user: str = Field(
        "", alias="MEALPREP_SMTP_USER", description="Who we are to the mail server; empty: no login"
    )
    smtp_password: str = Field("", alias="MEALPREP_SMTP_PASSWORD", description="Of that user")
    smtp_timeout_s: float = Field(
        20.0, alias="MEALPREP_SMTP_TIMEOUT_S", gt=0, description="Longest wait for the mail server"
    )

    job_modules: str = Field(
        "",
        alias="MEALPREP_JOB_MODULES",
        description="Modules with further jobs, in `KINDS`; separated by commas",
    )
    fdc_api_key: str = Field(
        "", alias="FDC_API_KEY", description="Looks unknown foods up at FoodData Central; empty: doesn't"
    )
    fdc_url: str = Field(
        "https://api.nal.usda.gov/fdc/v1", alias="FDC_URL", description="FoodData Central's address"
    )
    fdc_timeout_s: float = Field(
        2.0, alias="FDC_TIMEOUT_S", gt=0, description="Longest wait for FoodData Central"
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        # The stack's processes have other working directories than the one who starts them.
        return home.expanduser().resolve()

    @field_validator("fetch_allow", mode="before")
    @classmethod
    def _listed(cls, networks: object) -> object:
        if isinstance(networks, str):
            return [network.strip() for network in networks.split(",") if network.strip()]
        return networks

    @property
    def stack_id(self) -> str:
        """Eight hex digits that name this stack on a machine that runs several."""
        return hashlib.sha256(str(self.home).encode()).hexdigest()[:8]

    @property
    def run_dir(self) -> Path:
        """Folder of Ray's files and sockets, its owner's only; short, as sockets' paths must be."""
        return Path("/tmp") / f"mealprep-{self.stack_id}"  # noqa: S108

    @property
    def postgres_socket_dir(self) -> Path:
        """Folder of the embedded server's socket; apart, since as root the server is another user."""
        return self.run_dir.with_name(f"{self.run_dir.name}-pg")

    @property
    def url(self) -> str:
        """Where the HTTP API of `make up` answers."""
        host = "127.0.0.1" if self.http_host in ("0.0.0.0", "::") else self.http_host  # noqa: S104
        return f"http://{host}:{self.http_port}"

    @property
    def dashboard_url(self) -> str:
        """Where the Ray dashboard answers."""
        return f"http://127.0.0.1:{self.dashboard_port}"

    @property
    def database_url_file(self) -> Path:
        """Where the embedded server's address is written when it starts."""
        return self.home / "database-url"


@lru_cache
def settings() -> Settings:
    """The process's settings; tests call `settings.cache_clear()` after changing the environment."""
    return Settings()
