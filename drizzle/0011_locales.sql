ALTER TABLE "email_requests" ADD COLUMN "locale" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "locale" text;--> statement-breakpoint
-- By hand: other systems are told of it, so a change of it counts.
DROP TRIGGER "users_count_version" ON "users";--> statement-breakpoint
CREATE TRIGGER "users_count_version" BEFORE UPDATE ON "users" FOR EACH ROW
  WHEN (
    (OLD.email, OLD.email_verified_at IS NULL, OLD.name, OLD.photo, OLD.locale, OLD.role, OLD.is_guest, OLD.disabled_at IS NULL, OLD.metadata,
      OLD.app_metadata, OLD.external_id, OLD.totp_id IS NULL, OLD.passkey_count, OLD.identity_count)
    IS DISTINCT FROM
    (NEW.email, NEW.email_verified_at IS NULL, NEW.name, NEW.photo, NEW.locale, NEW.role, NEW.is_guest, NEW.disabled_at IS NULL, NEW.metadata,
      NEW.app_metadata, NEW.external_id, NEW.totp_id IS NULL, NEW.passkey_count, NEW.identity_count)
  )
  EXECUTE FUNCTION count_user_version();
